package org.serai.shell.console;

import java.util.List;
import java.util.StringJoiner;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A command in one line, in the order in which it is typed: parameters, what must be given, what may be, flags. */
final class Synopsis {
    private Synopsis() {}

    static String of(CommandSpec spec) {
        StringJoiner line = new StringJoiner(" ").add(spec.name());
        for (PositionalParamSpec parameter : spec.positionalParameters()) {
            line.add(optional(parameter.required(), label(parameter)));
        }
        List<OptionSpec> options = spec.options().stream()
                .filter(option -> !option.hidden() && !option.usageHelp() && !option.names()[0].equals("-h"))
                .toList();
        options.stream().filter(Synopsis::takesValue).filter(ArgSpec::required).forEach(option -> line.add(of(option)));
        options.stream()
                .filter(Synopsis::takesValue)
                .filter(option -> !option.required())
                .forEach(option -> line.add(of(option)));
        options.stream().filter(option -> !takesValue(option)).forEach(option -> line.add(of(option)));
        return line.toString();
    }

    private static String of(OptionSpec option) {
        String value = takesValue(option) ? " " + label(option) : "";
        return optional(option.required(), option.longestName() + value);
    }

    private static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0;
    }

    private static String label(ArgSpec argument) {
        return argument.paramLabel() + (argument.isMultiValue() ? "..." : "");
    }

    private static String optional(boolean required, String text) {
        return required ? text : "[" + text + "]";
    }
}
