package org.serai.vioapi.core.call;

import java.util.List;
import org.serai.vioapi.Role;
import org.serai.vioapi.VioObject;

/**
 * What can be asked of one kind of objects.
 *
 * @param call for example {@code start}
 * @param type for example {@code partition}
 * @param role who may
 * @param work what is done
 */
public record Call(String call, String type, Role role, Work work) {
    /** Does it. */
    @FunctionalInterface
    public interface Work {
        /** Returns the objects of the answer. */
        List<VioObject> run(Asked asked);
    }

    /** Whether it changes nothing. */
    public boolean reads() {
        return call.equals("list") || call.equals("get");
    }

    /** Whether it waits for events rather than reading at once. */
    public boolean waits() {
        return call.equals("list") && type.equals("event");
    }

    /** All objects of a kind; those that do not have the values that were asked for are left out. */
    public static Call list(String type, Work work) {
        return new Call(
                "list",
                type,
                Role.READ,
                asked -> work.run(asked).stream()
                        .filter(object -> asked.object().values().entrySet().stream()
                                .allMatch(wanted -> object.text(wanted.getKey())
                                        .filter(String.valueOf(wanted.getValue())::equals)
                                        .isPresent()))
                        .toList());
    }

    /** One object. */
    public static Call get(String type, Work work) {
        return new Call("get", type, Role.READ, work);
    }

    /** What every operator may do. */
    public static Call operate(String call, String type, Work work) {
        return new Call(call, type, Role.OPERATE, work);
    }

    /** What an administrator may do. */
    public static Call administer(String call, String type, Work work) {
        return new Call(call, type, Role.ADMINISTER, work);
    }
}
