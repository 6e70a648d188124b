package org.serai.scsi.target.export;

import java.util.List;
import java.util.stream.IntStream;
import org.serai.scsi.Export;
import org.serai.scsi.spi.TargetTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A live export, and what its paths need of it. */
public final class LiveExport implements Export {
    private static final Logger LOG = LoggerFactory.getLogger(LiveExport.class);

    private final ExportService exports;
    private final TargetRegistry registry;
    private final Target target;

    LiveExport(ExportService exports, TargetRegistry registry, Target target) {
        this.exports = exports;
        this.registry = registry;
        this.target = target;
    }

    @Override
    public String target() {
        return target.spec().target();
    }

    @Override
    public String portal() {
        return exports.requireTransport().portal();
    }

    @Override
    public List<String> urls() {
        TargetTransport now = exports.requireTransport();
        return IntStream.range(0, target.units())
                .mapToObj(lun -> now.url(now.portal(), target.spec(), lun))
                .toList();
    }

    @Override
    public int sessions() {
        return target.sessions();
    }

    /**
     * Lets no command for the media in, and returns when none is executing. What is refused is told so by the state of the
     * paths, or that the target is busy.
     */
    public void pause() {
        target.pause();
    }

    /** Lets commands in again. */
    public void resume() {
        target.resume();
    }

    /**
     * Whether every write is on stable storage before its status, unless an initiator says otherwise; initiators are told
     * of a change. Where another VIOS may take an LU from one that dies, nothing that was acknowledged may be lost with it.
     */
    public void writeThrough(boolean now) {
        target.writeThrough(now);
    }

    /** Registers at new target ports whoever asked to be registered at all of them. */
    public void lookForPorts() {
        target.lookForPorts();
    }

    /** Ends all sessions; initiators may log in again at once. */
    public void dropSessions() {
        target.dropSessions();
    }

    /** Executes for another node, which shows the same LU, what only the one that has it open can. */
    public byte[] forwarded(byte[] request) {
        return target.forwarded(request);
    }

    /** What the node that has the LU open tells a session of this one. */
    public void hear(byte[] news) {
        target.hear(news);
    }

    /** Tells the initiators that the states of the paths have changed, by a unit attention. */
    public void accessChanged() {
        target.accessChanged();
    }

    @Override
    public void close() {
        registry.remove(target);
        LOG.info("{} is exported no more", target());
    }
}
