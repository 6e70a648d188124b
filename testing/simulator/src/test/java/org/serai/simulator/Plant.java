package org.serai.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Loads the platform and the simulator anew, with one method changed: the fault is in no source. */
final class Plant extends ClassLoader {
    private static final ClassDesc CLOCK = ClassDesc.of(LongSupplier.class.getName());

    private final String type;
    private final String method;
    private final String change;
    private boolean planted;

    /**
     * A fault.
     *
     * @param fault {@code class.method} without {@code org.serai.}; what ends with {@code $} is a lambda
     * @param change the number that it returns, any if it is void; or {@code now}: where it uses a time that it took
     *     earlier it looks at its clock again; or {@code other=}: it does not call that method, or is told that number
     */
    Plant(String fault, String change) {
        super(Plant.class.getClassLoader());
        this.type = "org.serai." + fault.substring(0, fault.lastIndexOf('.'));
        this.method = fault.substring(fault.lastIndexOf('.') + 1);
        this.change = change;
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
                        change(method, code);
                    } else {
                        method.with(element);
                    }
                }));
    }

    private void change(MethodBuilder method, CodeModel code) {
        if (change.equals("now")) {
            method.transformCode(code, this::lookAgain);
        } else if (change.contains("=")) {
            method.transformCode(code, this::leaveOut);
        } else {
            planted = true;
            method.withCode(body -> constant(body, code.parent().orElseThrow(), Long.parseLong(change)));
        }
    }

    private void leaveOut(CodeBuilder body, CodeElement element) {
        var called = change.substring(0, change.indexOf('='));
        if (element instanceof InvokeInstruction call && call.name().equalsString(called)) {
            planted = true;
            for (var given : call.typeSymbol().parameterList().reversed()) {
                pop(body, TypeKind.from(given));
            }
            if (call.opcode() != Opcode.INVOKESTATIC) {
                body.pop();
            }
            told(body, call.typeSymbol().returnType());
        } else {
            body.with(element);
        }
    }

    private static void pop(CodeBuilder body, TypeKind kind) {
        if (kind.slotSize() == 2) {
            body.pop2();
        } else {
            body.pop();
        }
    }

    private void told(CodeBuilder body, ClassDesc type) {
        if (!type.equals(ConstantDescs.CD_void)) {
            var number = Long.parseLong(change.substring(change.indexOf('=') + 1));
            switch (type.descriptorString()) {
                case "J" -> body.loadConstant(number);
                case "Z", "I" -> body.loadConstant((int) number);
                default -> throw new IllegalArgumentException(change + ": no constant stands for it");
            }
        }
    }

    private void lookAgain(CodeBuilder body, CodeElement element) {
        if (element instanceof LoadInstruction load && load.typeKind() == TypeKind.LONG) {
            planted = true;
            body.aload(0)
                    .getfield(ClassDesc.of(type), "nanoClock", CLOCK)
                    .invokeinterface(CLOCK, "getAsLong", MethodTypeDesc.of(ConstantDescs.CD_long));
        } else {
            body.with(element);
        }
    }

    private boolean isMeant(MethodModel candidate) {
        return candidate.methodName().equalsString(method)
                || method.endsWith("$") && candidate.methodName().stringValue().startsWith(method);
    }

    private void constant(CodeBuilder body, MethodModel replaced, long constant) {
        switch (replaced.methodTypeSymbol().returnType().descriptorString()) {
            case "V" -> body.return_();
            case "J" -> body.loadConstant(constant).lreturn();
            case "Z", "I" -> body.loadConstant((int) constant).ireturn();
            default -> throw new IllegalArgumentException(method + " returns what no constant stands for");
        }
    }
}
