import re, subprocess, textwrap, sys
from pathlib import Path
from tests.docs.test_cypher_recipes import recipes_store, TEXT
from graphmeta import AnyValue, Artifact, Event
def test_viz(recipes_store, neo4j_server, tmp_path):
    (churn,) = recipes_store.artifacts(name="churn@1", type="Model")
    churn.custom_properties["any"]=AnyValue("x/y", b"\0\xff")
    churn.custom_properties["struct"]={"a":[1.0]}
    recipes_store.put(artifacts=[churn])
    code = re.search(r"## With neo4j-viz.*?```python\n(.*?)```", TEXT, re.S)[1]
    code = code.replace("neo4j://localhost:7687", neo4j_server.address).replace('("neo4j", "secret")', repr((neo4j_server.user, neo4j_server.password)))
    code = code.replace("picture.render(", "html = picture.render(") + "\nprint(len(html.data), [ (n.caption, n.color) for n in picture.nodes], [(r.caption, r.source, r.target) for r in picture.relationships])\nopen('/tmp/exp/G/picture.html','w').write(html.data)\n"
    done = subprocess.run(["/tmp/exp/G/viz/bin/python", "-W", "error::UserWarning", "-c", code], capture_output=True, text=True, cwd="/tmp")
    print(done.stdout[-3000:], done.stderr[-3000:])
    assert 0
