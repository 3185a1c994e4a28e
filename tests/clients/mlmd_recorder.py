"""Writes down what a store of ml_metadata's answers, so that two stores can be compared. For mlmd_client.py."""

import json

from google.protobuf import json_format
from google.protobuf.message import Message
from ml_metadata import errors
from ml_metadata.proto import metadata_store_pb2 as pb

TIMES = ("create_time_since_epoch", "last_update_time_since_epoch", "milliseconds_since_epoch")
# Which fields are ids of which nodes, and which ids the calls answer.
IDS = {
    "Artifact": {"id": "artifact"},
    "Execution": {"id": "execution"},
    "Context": {"id": "context"},
    "Event": {"artifact_id": "artifact", "execution_id": "execution"},
    "Attribution": {"artifact_id": "artifact", "context_id": "context"},
    "Association": {"execution_id": "execution", "context_id": "context"},
}
PUT_IDS = {"put_artifacts": ["artifact"], "put_executions": ["execution"], "put_contexts": ["context"]}
PUT_IDS["put_execution"] = PUT_IDS["put_lineage_subgraph"] = ["execution", "artifact", "context"]


class Recorder:
    """Passes each call on to a store and writes down what it answered; an error is written down and not raised."""

    def __init__(self, store):
        self.store = store
        self.answers = []

    def __getattr__(self, method):
        call = getattr(self.store, method)

        def recorded(*arguments, **named):
            answer = None
            try:
                answer = call(*arguments, **named)
                told = {"answer": plain(answer, PUT_IDS.get(method))}
            except errors.StatusError as error:
                told = {"error": type(error).__name__, "code": error.error_code}
            except (ValueError, TypeError) as error:
                told = {"error": type(error).__name__}
            self.answers.append({"method": method, **told})
            return answer

        return recorded

    def note(self, what, value):
        """Write down what the script found out itself."""
        self.answers.append({"method": what, "answer": value})

    def unordered(self):
        """The order of the last answer means nothing: it is sorted before it is compared."""
        self.answers[-1]["unordered"] = True


def plain(answer, kinds=None):
    """An answer as JSON, without times; ids of nodes as `artifact 7`."""
    if isinstance(answer, pb.LineageGraph):
        return {field.name: plain(nodes) for field, nodes in answer.ListFields()}
    if isinstance(answer, Message):
        found = timeless(json_format.MessageToDict(answer, preserving_proto_field_name=True))
        for field, kind in IDS.get(answer.DESCRIPTOR.name, {}).items():
            found[field] = f"{kind} {found[field]}"
        return found
    if kinds and len(kinds) == 1:
        return [f"{kinds[0]} {each}" for each in answer]
    if kinds:
        # One id, or a list of them, of each kind.
        parts = [each if hasattr(each, "__iter__") else [each] for each in answer]
        return [plain(part, [kind]) for part, kind in zip(parts, kinds)]  # noqa: B905 (Python 3.9)
    if isinstance(answer, (list, tuple)) or hasattr(answer, "add"):
        return [plain(each) for each in answer]
    return answer


def timeless(value):
    if isinstance(value, dict):
        return {key: timeless(each) for key, each in value.items() if key not in TIMES}
    return [timeless(each) for each in value] if isinstance(value, list) else value


def ranked(answers, store):
    """The answers with ranks in place of ids (what was put third is 3): a put that failed may use up some."""
    ranks = {}
    for kind in ("artifact", "execution", "context"):
        for rank, id in enumerate(sorted(node.id for node in getattr(store, f"get_{kind}s")()), 1):
            ranks[f"{kind} {id}"] = f"{kind} {rank:04}"

    def renamed(value):
        if isinstance(value, dict):
            return {key: renamed(each) for key, each in value.items()}
        if isinstance(value, list):
            return [renamed(each) for each in value]
        return ranks.get(value, value) if isinstance(value, str) else value

    def in_order(value):
        if isinstance(value, dict):
            return {key: in_order(each) for key, each in value.items()}
        return sorted(value, key=lambda each: json.dumps(each, sort_keys=True))

    told = renamed(answers)
    for each in told:
        if each.pop("unordered", False) and "answer" in each:
            each["answer"] = in_order(each["answer"])
    return told
