package org.serai.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Consumer;

/** Loads the platform and the simulator anew, with one method replaced by a constant: the fault is in no source. */
final class Plant extends ClassLoader {
    private final String type;
    private final String method;
    private final long constant;
    private boolean planted;

    /**
     * A fault.
     *
     * @param fault {@code class.method} without {@code org.serai.}
     * @param constant what it returns; nothing, if it is void
     */
    Plant(String fault, long constant) {
        super(Plant.class.getClassLoader());
        this.type = "org.serai." + fault.substring(0, fault.lastIndexOf('.'));
        this.method = fault.substring(fault.lastIndexOf('.') + 1);
        this.constant = constant;
    }

    /** Plays a seed with it; what was broken, or nothing. */
    String play(long seed, long troubleMs) throws ReflectiveOperationException {
        try {
            Consumer<String> silent = _ -> {};
            var outcome = loadClass("org.serai.simulator.Simulate")
                    .getMethod("play", long.class, long.class, Consumer.class)
                    .invoke(null, seed, troubleMs, silent);
            if (!planted) {
                throw new IllegalStateException(type + "." + method + " was not replaced: is it still there?");
            }
            return (String) outcome.getClass().getMethod("broken").invoke(outcome);
        } catch (InvocationTargetException failed) {
            throw new IllegalStateException(failed.getCause());
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!name.startsWith("org.serai.")) {
                return super.loadClass(name, resolve);
            }
            var known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (var in = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            var bytes = in.readAllBytes();
            var code = name.equals(type) ? replaced(bytes) : bytes;
            return defineClass(name, code, 0, code.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] replaced(byte[] bytes) {
        var file = ClassFile.of();
        return file.transformClass(
                file.parse(bytes), ClassTransform.transformingMethods(this::isMeant, (method, element) -> {
                    if (element instanceof CodeModel code) {
                        planted = true;
                        method.withCode(body -> constant(body, code.parent().orElseThrow()));
                    } else {
                        method.with(element);
                    }
                }));
    }

    private boolean isMeant(MethodModel candidate) {
        return candidate.methodName().equalsString(method);
    }

    private void constant(CodeBuilder body, MethodModel replaced) {
        switch (replaced.methodTypeSymbol().returnType().descriptorString()) {
            case "V" -> body.return_();
            case "J" -> body.loadConstant(constant).lreturn();
            case "Z", "I" -> body.loadConstant((int) constant).ireturn();
            default -> throw new IllegalArgumentException(method + " returns what no constant stands for");
        }
    }
}
