package org.serai.vioapi.core;

import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.serai.ffdc.SeraiException;
import org.serai.message.MessageHandler;
import org.serai.vioapi.Caller;
import org.serai.vioapi.Form;
import org.serai.vioapi.VioAnswer;
import org.serai.vioapi.VioApi;
import org.serai.vioapi.VioObject;
import org.serai.vioapi.VioRequest;
import org.serai.vioapi.core.call.Domains;
import org.serai.vioapi.core.call.OtherNodes;
import org.serai.vioapi.core.call.VioService;

/** The API of this node as a service, and for other nodes. */
@Component(
        service = {VioApi.class, MessageHandler.class},
        property = "message.topic=" + OtherNodes.TOPIC)
public final class VioApiComponent implements VioApi, MessageHandler {
    private final ExecutorService workers = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("vioapi-", 1).factory());
    private final VioService service;
    private final OtherNodes others;

    /** Over the services of the node. */
    @Activate
    public VioApiComponent(@Reference NodeDomains domains) {
        this((Domains) domains);
    }

    VioApiComponent(Domains domains) {
        Assembly assembly = Assembly.of(domains, workers, UUID::randomUUID);
        service = assembly.service();
        others = assembly.others();
    }

    @Deactivate
    void stop() {
        workers.shutdownNow();
    }

    @Override
    public VioAnswer call(Caller caller, VioRequest request) {
        return service.call(caller, request);
    }

    @Override
    public Exchange exchange(Caller caller, Form form, byte[] document, Form answerForm) {
        return service.exchange(caller, form, document, answerForm);
    }

    @Override
    public Exchange refusal(SeraiException error, Form form) {
        return service.refusal(error, form);
    }

    @Override
    public Exchange exchange(VioAnswer answer, Form form) {
        return service.exchange(answer, form);
    }

    @Override
    public String line(VioObject object) {
        return service.line(object);
    }

    @Override
    public byte[] schema() {
        return service.schema();
    }

    @Override
    public byte[] handle(UUID from, byte[] payload) {
        return others.handle(from, payload);
    }
}
