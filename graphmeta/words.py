"""The words that others write, and what graphmeta takes them for: the one table.

It knows TFX, Kubeflow Pipelines, Kale and kubeflow-metadata. A configuration file adds to it
(`configuration`), which is why its parts are sets, dicts and lists. `docs/vocabulary.md` explains it.
"""

from __future__ import annotations

from graphmeta.model import Kind

# The last words of a type's name, folded (lower case, letters and digits only), and the role that they say.
ROLES: dict[Kind, dict[str, str]] = {
    "artifact": {
        "dataset": "Dataset",
        "data": "Dataset",
        "examples": "Dataset",
        "datasource": "Dataset",
        "model": "Model",
        "checkpoint": "Model",
        "metrics": "Metrics",
        "metric": "Metrics",
        "evaluation": "Metrics",
        "statistics": "Statistics",
        "stats": "Statistics",
    },
    "execution": {
        "train": "Train",
        "trainer": "Train",
        "training": "Train",
        "fit": "Train",
        "finetune": "Train",
        "tuner": "Train",
        "transform": "Transform",
        "examplegen": "Process",
        "process": "Process",
        "preprocess": "Process",
        "clean": "Process",
        "split": "Process",
        "evaluate": "Evaluate",
        "evaluator": "Evaluate",
        "evaluation": "Evaluate",
        "test": "Evaluate",
        "deploy": "Deploy",
        "pusher": "Deploy",
        "serve": "Deploy",
    },
    "context": {},
}

# Properties that name a node for people, best first.
DISPLAY_KEYS = ["display_name", "task_name", "name"]

# Properties that name an execution for people where none of those does, and it has no name of its own.
STEP_KEYS = ["component_id", "task_id", "kfp_pod_name"]

# The last part of a context type's name, folded, where its contexts are runs, and where they hold runs.
RUN_TYPES = {
    "run",
    "pipelinerun",
    "kfprun",
    "workflowrun",
    "experimentrun",
}
EXPERIMENT_TYPES = {
    "experiment",
    "pipeline",
    "workflow",
}

# Context types, likewise, of which no context says anything to people: TFX's hashes of what may be taken from a cache.
BOOKKEEPING_TYPES = {"executioncache"}

# What pipeline systems write about themselves on their executions: properties like the others in MLMD,
# but no hyperparameters.
BOOKKEEPING = {
    "cache_fingerprint",
    "cached_execution_id",
    "checksum_md5",
    "component_id",
    "display_name",
    "image",
    "iteration_count",
    "iteration_index",
    "kfp_pod_name",
    "name",
    "namespace",
    "outputs",
    "parameter_producer_task",
    "parent_dag_id",
    "pipeline_name",
    "pipeline_root",
    "pod_name",
    "pod_namespace",
    "pod_uid",
    "run_id",
    "state",
    "store_session_info",
    "task_name",
    "tfx_version",
    "total_dag_tasks",
    "version",
    "workspace",
}
BOOKKEEPING_PREFIXES = ["__", "kubeflow-kale.org/"]

# Words in the name of a step that splits data (`train_test_split`, `KFold`), folded; whole words, or several together.
SPLITS = {
    "fold",
    "folds",
    "holdout",
    "kfold",
    "partition",
    "partitioner",
    "partitioning",
    "sample",
    "sampler",
    "sampling",
    "split",
    "splits",
    "splitter",
    "splitting",
    "traintestsplit",
}

# The last words of a type's name that say no role and yet that its artifacts are no data: what fits is no leak.
NOT_DATA = {
    "anomalies",
    "blessing",
    "code",
    "config",
    "configuration",
    "figure",
    "html",
    "hyperparameters",
    "infrablessing",
    "log",
    "logs",
    "markdown",
    "notebook",
    "parameters",
    "params",
    "plot",
    "report",
    "schema",
    "script",
    "transformgraph",
    "tunerresults",
}

# The last words of a type's name that say that its artifacts are code.
CODE_TYPES = {"code", "module", "notebook", "script", "sourcecode"}

# Words in the key of an input, or in the name of a part of a dataset, that say what it is for.
TRAINING_PARTS = {"train", "training"}
EVALUATION_PARTS = {"dev", "eval", "evaluation", "heldout", "holdout", "test", "testing", "val", "valid", "validation"}

# Words in the name of a dataset that say that it is all of something, and no part.
WHOLES = {"all", "complete", "entire", "full", "whole"}

# Properties of an artifact that list the parts that it holds.
PARTS_KEYS = ["split_names"]

# Properties of a step that say which of the parts it read: a name, a list, or {"splits": […]} as TFX has it.
READ_PARTS_KEYS = {
    "Train": ["train_args", "train_splits", "train_split"],
    "Evaluate": ["example_splits", "eval_splits", "eval_split"],
}

# How the names of types begin whose steps read this part where nothing says which.
READ_PARTS_DEFAULTS = {
    "tfx.components.evaluator.": "eval",
    "tfx.components.trainer.": "train",
    "tfx.components.tuner.": "train",
}

# The last words of the types of steps in which no code of anybody's runs: they find, group and pass on.
NO_WORK_STEPS = {"dag", "dagexecution", "importer", "importerexecution", "resolver", "resolvernode"}

# Words in the key of a parameter that sets where chance begins; whole words, or several together.
SEEDS = {"seed", "seeds", "randomstate", "rngseed"}

# Properties that say which code ran; they are compared as such, and not as parameters once more.
CODE_KEYS = {
    "checksum_md5",
    "commit",
    "git_branch",
    "git_commit",
    "git_dirty",
    "git_sha",
    "image",
    "module_file",
    "module_path",
}

# Numbers on a model or a Metrics artifact that measure nothing: counters, sizes, ids, times.
NOT_METRICS = {
    "version",
    "span",
    "size",
    "id",
    "created",
    "updated",
    "started",
    "ended",
    "index",
    "timestamp",
    "is_external",
}
NOT_METRIC_ENDINGS = [
    "_id",
    "_size",
    "_bytes",
    "_version",
    "_span",
    "_time",
    "_at",
    "_since_epoch",
    "_index",
]

# Properties of a Metrics artifact that say which model it measures.
MODEL_KEYS = [
    "model_id",
    "model",
    "model_name",
    "model_uri",
]

# What people mean by "the framework", best known first.
FRAMEWORKS = [
    "tensorflow",
    "torch",
    "jax",
    "scikit-learn",
    "xgboost",
    "lightgbm",
    "catboost",
    "keras",
    "flax",
    "pytorch-lightning",
    "lightning",
    "transformers",
    "sentence-transformers",
    "diffusers",
    "peft",
    "accelerate",
    "deepspeed",
    "fastai",
    "mxnet",
    "paddlepaddle",
    "onnx",
    "onnxruntime",
    "spacy",
    "gensim",
    "statsmodels",
    "prophet",
    "pyspark",
    "h2o",
    "ray",
    "autogluon",
    "pycaret",
    "tfx",
    "tensorflow-transform",
    "tensorflow-model-analysis",
    "kfp",
    "mlflow",
    "kubeflow-kale",
]

# What results hang on next, in this order; then come the others by name.
WELL_KNOWN_PACKAGES = [
    "numpy",
    "scipy",
    "pandas",
    "polars",
    "pyarrow",
    "dask",
    "datasets",
    "tokenizers",
    "safetensors",
    "torchvision",
    "torchaudio",
    "jaxlib",
    "joblib",
    "numba",
    "nltk",
    "pillow",
    "opencv-python",
    "scikit-image",
    "matplotlib",
]

# Other names of the packages above.
PACKAGE_ALIASES = {
    "tf": "tensorflow",
    "tensorflow-cpu": "tensorflow",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-macos": "tensorflow",
    "pytorch": "torch",
    "sklearn": "scikit-learn",
    "xgb": "xgboost",
    "lgbm": "lightgbm",
    "paddle": "paddlepaddle",
    "spark": "pyspark",
    "tfma": "tensorflow-model-analysis",
    "tft": "tensorflow-transform",
    "kale": "kubeflow-kale",
    "kfp-sdk": "kfp",
}

# `…_version` properties that are of data or of a format, not of software.
NOT_SOFTWARE = {
    "api",
    "app",
    "artifact",
    "code",
    "component",
    "data",
    "dataset",
    "file",
    "format",
    "image",
    "model",
    "pipeline",
    "record",
    "recorded",
    "schema",
    "type",
}
