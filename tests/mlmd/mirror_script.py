"""What one of the two packages does, as JSON: run with `ml_metadata` by the interpreter that has it, and with
`graphmeta.mlmd` by ours, in an empty folder. Whatever it prints should be the same."""

import importlib
import inspect
import json
import sys
import warnings
from pathlib import Path

PACKAGE = sys.argv[1]
OURS = PACKAGE != "ml_metadata"
SYSTEM_TYPES = ("Dataset", "Model", "Metrics", "Statistics", "Train", "Transform", "Process", "Evaluate", "Deploy")


def module(name):
    return importlib.import_module(PACKAGE + name)


root, errors, proto = module(""), module(".errors"), module(".proto")
pb, service_pb2 = module(".proto.metadata_store_pb2"), module(".proto.metadata_store_service_pb2")
client, types = module(".metadata_store.metadata_store"), module(".metadata_store.mlmd_types")


def outcome(work, *, words=False):
    """The name of the error that `work` raises, or what it returns."""
    try:
        return work()
    except Exception as error:
        return [type(error).__name__, str(error)] if words else type(error).__name__


def parameters(function):
    return [
        [
            each.name,
            str(each.kind),
            None if each.default is each.empty else repr(each.default),
            each.default is each.empty,
        ]
        for each in inspect.signature(function).parameters.values()
    ]


def names():
    """The interface: names, parameters, defaults, values."""
    store = client.MetadataStore
    public = sorted(name for name in dir(store) if not name.startswith("_"))
    return {
        "methods": {name: parameters(getattr(store, name)) for name in public if callable(getattr(store, name))},
        "properties": [name for name in public if not callable(getattr(store, name))],
        "constructor": parameters(store.__init__),
        "functions": {
            "downgrade_schema": parameters(client.downgrade_schema),
            "ListOptions": parameters(client.ListOptions),
            "ExtraOptions": parameters(client.ExtraOptions),
            "make_exception": [each[0] for each in parameters(errors.make_exception)],
        },
        "order": {each.name: each.value for each in client.OrderByField},
        "page": client.MAX_NUM_RESULT,
        "options": [repr(client.ListOptions(limit=3)), client.ListOptions(1) == client.ListOptions(1)],
        "same": all(
            getattr(root, name) is getattr(place, name)
            for name in ("MetadataStore", "ListOptions", "OrderByField", "downgrade_schema")
            for place in (module(".metadata_store"), client)
        ),
        "version": [root.__version__, module(".version").__version__],
        "proto": {
            name: getattr(proto, name) is getattr(pb, name) for name in sorted(proto.__all__) if name[0].isupper()
        },
        "grpc": sorted(
            name
            for name in dir(module(".proto.metadata_store_service_pb2_grpc"))
            if "Stub" in name or "Servicer" in name
        ),
        "system types": [
            [name, getattr(types, name)().name, getattr(types, name)().system_type]
            for name in [
                "Dataset",
                "Model",
                "Metrics",
                "Statistics",
                "Train",
                "Transform",
                "Process",
                "Evaluate",
                "Deploy",
            ]
        ],
        "no system type": [outcome(lambda: types.ArtifactType(0)), outcome(lambda: types.ExecutionType(77))],
    }


def faults():
    """The errors: codes, classes, what is made of a code."""
    classes = sorted(name for name in dir(errors) if name.endswith("Error") and name != "StatusError")
    ours = {"GraphmetaError"}
    made = {}
    for code in [*range(1, 17), 99]:
        error = errors.make_exception("words", code)
        made[code] = [
            type(error).__name__,
            error.message,
            error.error_code,
            str(error),
            isinstance(error, errors.StatusError),
        ]
    return {
        "codes": {name: getattr(errors, name) for name in sorted(dir(errors)) if name.isupper() and name[0] != "_"},
        "classes": {name: getattr(errors, name)("words").error_code for name in classes if name not in ours},
        "made": made,
        "types": {code: errors.exception_type_from_error_code(code).__name__ for code in range(1, 17)},
        "no such code": outcome(lambda: errors.exception_type_from_error_code(0)),
        "general": [errors.StatusError("words", 7).error_code, errors.UnknownError("words", 55).error_code],
    }


def recording(answers):
    """A client whose requests are noted instead of sent, and the notes.

    Args:
        answers: what it is answered, by call; each call takes the next, the last one for ever.
    """
    store = client.MetadataStore(pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig()))
    notes = []

    def answer(name, request):
        notes.append([name, request.SerializeToString(deterministic=True).hex()])
        left = answers.get(name) or [{}]
        given = left.pop(0) if len(left) > 1 else left[0]
        return getattr(service_pb2, name + "Response")(**given)

    if OURS:
        store._answer = answer
    else:
        store._call_method = lambda name, request, response: response.CopyFrom(answer(name, request))
    return store, notes


def asked(name, *arguments, answers=None, **options):
    """The requests that one method sends, and what it returns."""
    store, notes = recording(answers or {})
    result = outcome(lambda: getattr(store, name)(*arguments, **options))
    return {"requests": notes, "result": shown(result)}


def shown(value):
    if isinstance(value, (list, tuple)):
        return [type(value).__name__, *map(shown, value)]
    if hasattr(value, "SerializeToString"):
        return [type(value).__name__, value.SerializeToString(deterministic=True).hex()]
    return [type(value).__name__, str(value)]


def pages(call, field, sizes):
    """Answers of a list: so many nodes on each page."""
    nodes = [[{"id": 1000 * page + each} for each in range(size)] for page, size in enumerate(sizes)]
    return {
        call: [
            {field: some, "next_page_token": "" if page == len(sizes) - 1 else f"token-{page}"}
            for page, some in enumerate(nodes)
        ]
    }


def requests():
    """What each of the methods sends and returns."""
    said = {}
    artifact, execution, context = (
        pb.Artifact(type_id=1, uri="u"),
        pb.Execution(type_id=2),
        pb.Context(type_id=3, name="c"),
    )
    event = pb.Event(type=4)
    for kind, message in (("artifact", artifact), ("execution", execution), ("context", context)):
        upper = kind.capitalize()
        type_of = getattr(pb, upper + "Type")(name="T", properties={"p": 1})
        said[kind] = [
            asked(f"put_{kind}_type", type_of, answers={f"Put{upper}Type": [{"type_id": 5}]}),
            asked(f"put_{kind}_type", type_of, True, True),
            asked(f"put_{kind}s", [message, message], answers={f"Put{upper}s": [{kind + "_ids": [7, 8]}]}),
            asked(f"put_{kind}s", [message], ["properties.p", "uri"]),
            asked(f"put_{kind}s", [message], []),
            asked(f"put_{kind}s", (each for each in [message])),
            asked(f"put_{kind}s", None),
            asked(f"put_{kind}s", [event]),
            asked(f"get_{kind}_type", "T", answers={f"Get{upper}Type": [{kind + "_type": type_of}]}),
            asked(f"get_{kind}_type", "T", "v1"),
            asked(f"get_{kind}_type", None),
            asked(f"get_{kind}_types", answers={f"Get{upper}Types": [{kind + "_types": [type_of]}]}),
            asked(f"get_{kind}_types_by_id", (3, 4)),
            asked(f"get_{kind}_types_by_id", None),
            asked(f"get_{kind}_types_by_external_ids", ["a", "b"]),
            asked(f"get_{kind}s_by_id", iter([3, 4]), answers={f"Get{upper}sByID": [{kind + "s": [message]}]}),
            asked(f"get_{kind}s_by_id", []),
            asked(f"get_{kind}s_by_id", None),
            asked(f"get_{kind}s_by_id", ["3"]),
            asked(f"get_{kind}s_by_type", "T", answers={f"Get{upper}sByType": [{kind + "s": [message]}]}),
            asked(f"get_{kind}s_by_type", "T", "v1"),
            asked(f"get_{kind}s_by_type", "T", ""),
            asked(f"get_{kind}_by_type_and_name", "T", "n"),
            asked(f"get_{kind}_by_type_and_name", "T", None),
            asked(
                f"get_{kind}_by_type_and_name",
                "T",
                "n",
                "v",
                answers={f"Get{upper}ByTypeAndName": [{kind: message}]},
            ),
            asked(f"get_{kind}s_by_external_ids", ["a", "b"]),
            asked(f"get_{kind}s_by_external_ids", None),
        ]
    said["other puts"] = [
        asked("put_events", [event, event]),
        asked("put_attributions_and_associations", [pb.Attribution(artifact_id=1)], [pb.Association(context_id=1)]),
        asked("put_parent_contexts", [pb.ParentContext(child_id=1, parent_id=2)]),
        asked(
            "put_execution", execution, [(artifact, event), (artifact,), (None, event), (artifact, None), ()], [context]
        ),
        asked("put_execution", execution, [(artifact, event, 3), None], None, True, True, True, True),
        asked("put_execution", execution, [], []),
        asked("put_execution", execution, None, []),
        asked(
            "put_execution",
            execution,
            [],
            [],
            answers={"PutExecution": [{"execution_id": 1, "artifact_ids": [2], "context_ids": [3, 4]}]},
        ),
        asked("put_lineage_subgraph", [execution], [artifact], [context], [(0, None, event), (None, 0, event)]),
        asked("put_lineage_subgraph", [], [], [], [(0, 0)]),
        asked(
            "put_lineage_subgraph",
            [],
            [],
            [],
            [],
            True,
            True,
            answers={"PutLineageSubgraph": [{"execution_ids": [1], "artifact_ids": [2], "context_ids": [3, 4]}]},
        ),
    ]
    said["other gets"] = [
        asked("get_artifacts_by_uri", "u"),
        asked("get_artifacts_by_uri", None),
        asked("get_artifacts_and_types_by_artifact_ids", [1, 2]),
        asked("get_artifacts_and_types_by_artifact_ids", None),
        asked("get_events_by_execution_ids", iter([1, 2])),
        asked("get_events_by_artifact_ids", []),
        asked("get_events_by_artifact_ids", None),
        asked("get_contexts_by_artifact", 4),
        asked("get_contexts_by_artifact", None),
        asked("get_contexts_by_execution", 4),
        asked("get_parent_contexts_by_context", 4),
        asked("get_children_contexts_by_context", 4),
    ]
    said["lists"] = lists()
    said["lineage"] = lineage()
    return said


def lists():
    options, order = client.ListOptions, client.OrderByField
    said = []
    for choice in (
        None,
        options(),
        options(limit=0),
        options(limit=-1),
        options(limit=7),
        options(limit=100),
        options(limit=101),
        options(limit=250),
        options(limit=1.5),
        options(order_by=order.UPDATE_TIME, is_asc=False),
        options(filter_query="id = 1"),
        options(filter_query=""),
        options(order_by=3),
    ):
        for sizes in ([0], [7], [100, 100, 50], [100, 1]):
            for name, call, field, arguments in (
                ("get_artifacts", "GetArtifacts", "artifacts", ()),
                ("get_executions", "GetExecutions", "executions", ()),
                ("get_contexts", "GetContexts", "contexts", ()),
                ("get_artifacts_by_context", "GetArtifactsByContext", "artifacts", (3,)),
                ("get_executions_by_context", "GetExecutionsByContext", "executions", (3,)),
            ):
                said.append(asked(name, *arguments, choice, answers=pages(call, field, sizes)))
    return said


def lineage():
    reached = pb.LineageGraph(
        artifacts=[{"id": 1}, {"id": 2}],
        executions=[{"id": 3}],
        contexts=[{"id": 4}],
        events=[{"artifact_id": 1, "execution_id": 3}],
        associations=[{"execution_id": 3, "context_id": 4}],
        attributions=[{"artifact_id": 1, "context_id": 4}],
        artifact_types=[{"id": 99}],
    )
    answers = {
        "GetLineageSubgraph": [{"lineage_subgraph": reached}],
        "GetArtifactsByID": [{"artifacts": [{"id": 1, "type_id": 10}], "artifact_types": [{"id": 10}]}],
        "GetExecutionsByID": [{"executions": [{"id": 3, "type_id": 11}, {"id": 5, "type_id": 11}]}],
        "GetContextsByID": [{"contexts": [{"id": 4, "type_id": 12}]}],
        "GetExecutionTypesByID": [{"execution_types": [{"id": 11}]}],
        "GetContextTypesByID": [{"context_types": [{"id": 12}]}],
    }
    query = pb.LineageSubgraphQueryOptions(starting_artifacts={"filter_query": "id = 1"}, max_num_hops=3)
    fields = [field.name for field in pb.LineageGraph.DESCRIPTOR.fields]
    masks = [
        None,
        [],
        fields,
        ["nonsense"],
        ["artifacts", "events"],
        ["execution_types"],
        ["context_types", "contexts"],
    ]
    masks += [[field] for field in fields]
    return [asked("get_lineage_subgraph", query, mask, answers=dict(answers)) for mask in masks] + [
        asked("get_lineage_subgraph", None)
    ]


HERE = str(Path.cwd())
DEFAULT, READ, WRITE, MAKE = range(4)  # of ConnectionMode; the first is UNKNOWN
PLACES = [
    (DEFAULT, "new.db"),
    (READ, "missing.db"),
    (WRITE, "missing.db"),
    (MAKE, "made.db"),
    (READ, "new.db"),
    (WRITE, "new.db"),
    (DEFAULT, "new.db"),
    (DEFAULT, None),
    (DEFAULT, ""),
    (READ, ""),
    (WRITE, ""),
    (DEFAULT, ":memory:"),
    (DEFAULT, "file::memory:"),
    (DEFAULT, "file:memory?mode=memory"),
    (DEFAULT, "file:relative.db"),
    (DEFAULT, f"file:{HERE}/absolute.db"),
    (DEFAULT, f"file://{HERE}/slashes.db"),
    (DEFAULT, f"file://localhost{HERE}/local.db"),
    (DEFAULT, f"file://elsewhere{HERE}/local.db"),
    (DEFAULT, "file:a%20b.db"),
    (DEFAULT, "c%20d.db"),
    (DEFAULT, "with?mode=ro"),
    (DEFAULT, "file:fragment.db#x"),
    (DEFAULT, "file:odd;name.db"),
    (DEFAULT, "file:new.db?mode=ro"),
    (DEFAULT, "file:new.db?mode=rw"),
    (DEFAULT, "file:none.db?mode=rw"),
    (DEFAULT, "file:rwc.db?mode=rwc"),
    (READ, "file:new.db?mode=ro"),
    (READ, "file:new.db?mode=rw"),
    (WRITE, "file:new.db?mode=rwc"),
    (DEFAULT, "file:new.db?mode=x"),
    (DEFAULT, "file:new.db?cache=shared"),
    (DEFAULT, "file:new.db?vfs=none"),
    (DEFAULT, "file:new.db?unknown=1"),
    (DEFAULT, "no/such/folder.db"),
    (DEFAULT, HERE),
    (DEFAULT, "text.txt"),
]


def places():
    """Which file a configuration opens, if any."""
    Path("text.txt").write_text("this is text " * 1000)
    beside = ("-wal", "-shm", "-journal", "-graphmeta.lock")
    said = {}
    for number, (mode, name) in enumerate(PLACES):
        config = pb.ConnectionConfig(sqlite=pb.SqliteMetadataSourceConfig(connection_mode=mode))
        if name is not None:
            config.sqlite.filename_uri = name
        before = set(Path().iterdir())
        opened = outcome(lambda config=config: type(client.MetadataStore(config)).__name__)
        made = sorted(file.name for file in set(Path().iterdir()) - before if not file.name.endswith(beside))
        said[f"{number} {mode} {name}".replace(HERE, "…")] = [opened, made]
    return said


def wrong():
    """Configurations that cannot be, with the beginning of what is said."""
    fake = pb.ConnectionConfig(fake_database=pb.FakeDatabaseConfig())
    server = pb.MetadataStoreClientConfig(host="127.0.0.1", port=1)
    said = {
        "unset": outcome(lambda: client.MetadataStore(pb.ConnectionConfig()), words=True),
        "None": outcome(lambda: client.MetadataStore(None), words=True),
        "number": outcome(lambda: client.MetadataStore(3), words=True),
        "upgrade a server": outcome(lambda: client.MetadataStore(server, True), words=True),
        "upgrade": outcome(lambda: type(client.MetadataStore(fake, True)).__name__),
    }
    file = pb.ConnectionConfig(sqlite={"filename_uri": "today.db", "connection_mode": 3})
    client.MetadataStore(file)
    for config, what in ((file, "file"), (fake, "fake"), (pb.ConnectionConfig(), "unset")):
        for version in (-1, 10):
            said[f"downgrade {what} to {version}"] = outcome(
                lambda config=config, version=version: client.downgrade_schema(config, version), words=True
            )
    said["downgrade too far"] = outcome(lambda: client.downgrade_schema(file, 11), words=True)
    return said


warnings.simplefilter("error")
json.dump({part.__name__: part() for part in (names, faults, requests, places, wrong)}, sys.stdout)
