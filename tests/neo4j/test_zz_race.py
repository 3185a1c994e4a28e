import threading, time
import pytest
from concurrent.futures import ThreadPoolExecutor
from graphmeta.backends.batch import HeldError, Removal
from graphmeta.backends.statements import statement
from graphmeta.backends.neo4j.parameters import removal_parameters
from graphmeta.model import *
from graphmeta.store import *
from graphmeta.testing.conformance.kit import declare, added, step, put
from graphmeta.testing.conformance.removing import everything_about, remove

@pytest.mark.parametrize("dense",[0,300])
@pytest.mark.parametrize("order",["between","before"])
def test_race(neo4j_store, open_neo4j, dense, order, neo4j_server):
    import neo4j
    store=neo4j_store; other=open_neo4j(); declare(store)
    context = added(store,"context")
    arts=[Artifact(type="Thing") for _ in range(dense+1)]
    store.put(artifacts=arts, attributions=[Attribution(a,context) for a in arts[:-1]], )
    removal=everything_about(store,{"context":[context]})
    drv=neo4j.GraphDatabase.driver(neo4j_server.address,auth=(neo4j_server.user,neo4j_server.password))
    CR="MATCH (a:Artifact {id:$a}), (c:Context {id:$c}) CREATE (a)-[:ATTRIBUTION {order:5}]->(c)"
    P={"a":arts[-1].id,"c":context}
    runs=[]
    def blocked():
        return store.backend.cypher("SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status",{})
    if order=="between":
        fut=[]
        def create():
            with drv.session() as s:
                try: s.run(CR,P).consume(); return "made"
                except Exception as e: return repr(e)
        with ThreadPoolExecutor(1) as pool:
            def work(w):
                runs.append(1)
                if not fut:
                    w._one(statement("cypher","remove_edges"),removal_parameters(removal))
                    fut.append(pool.submit(create))
                    while not fut[0].done():
                        if blocked(): print("blocked"); break
                    else: print("went through")
                w.remove(removal)
            try: store.backend.transact(work); r="removed"
            except HeldError as e: r="held %s"%e.ids
            except Exception as e: r=repr(e)
            print(order,dense,len(runs),r,"|",fut[0].result())
    else:
        s=drv.session(); tx=s.begin_transaction(); tx.run(CR,P).consume()
        def rem():
            try: remove(store,removal); return "removed"
            except HeldError as e: return "held %s"%e.ids
            except Exception as e: return repr(e)
        with ThreadPoolExecutor(1) as pool:
            f=pool.submit(rem)
            while not f.done():
                if blocked(): print("blocked"); break
            else: print("went through")
            tx.commit(); s.close()
            print(order,dense,f.result())
    print(len(store.backend.membership_page(MembershipPage("artifact"))), [c.id for c in store.contexts()], store.backend.faults())
from graphmeta.backends.requests import MembershipPage
