package org.serai.vioapi.core;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.serai.cluster.Membership;
import org.serai.cluster.Primary;
import org.serai.database.Database;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.core.call.Call;
import org.serai.vioapi.core.call.Calls;
import org.serai.vioapi.core.call.Changes;
import org.serai.vioapi.core.call.Domains;
import org.serai.vioapi.core.call.OtherNodes;
import org.serai.vioapi.core.call.VioService;
import org.serai.vioapi.core.document.Documents;
import org.serai.vioapi.core.object.ClusterObjects;
import org.serai.vioapi.core.object.EventObjects;
import org.serai.vioapi.core.object.GroupObjects;
import org.serai.vioapi.core.object.LuObjects;
import org.serai.vioapi.core.object.MappingObjects;
import org.serai.vioapi.core.object.OperationObjects;
import org.serai.vioapi.core.object.PartitionObjects;
import org.serai.vioapi.core.object.PoolObjects;
import org.serai.vioapi.core.record.RequestLog;

/**
 * The parts of the API of one node, put together.
 *
 * @param service answers requests
 * @param others takes those of other nodes
 * @param calls all that can be asked
 */
record Assembly(VioService service, OtherNodes others, Calls calls) {
    static Assembly of(Domains domains, Executor workers, Supplier<UUID> random) {
        Documents documents = new Documents();
        RequestLog log = new RequestLog(
                () -> domains.get(Database.class),
                () -> domains.get(Membership.class),
                () -> domains.find(Primary.class).map(Primary::standings).orElse(List.of()));
        OperationObjects operations = new OperationObjects(domains, documents, log);
        List<Call> all = Stream.of(
                        new ClusterObjects(domains).calls(),
                        new PartitionObjects(domains).calls(),
                        new MappingObjects(domains).calls(),
                        new PoolObjects(domains).calls(),
                        new GroupObjects(domains).calls(),
                        new LuObjects(domains).calls(),
                        new EventObjects(domains).calls(),
                        operations.calls())
                .flatMap(List::stream)
                .toList();
        Calls calls = new Calls(all);
        AtomicReference<VioApi> here = new AtomicReference<>();
        OtherNodes others = new OtherNodes(documents, domains, here::get);
        Changes changes = new Changes(documents, log, workers, random, operations);
        VioService service = new VioService(documents, domains, calls, changes, others);
        here.set(service);
        return new Assembly(service, others, calls);
    }
}
