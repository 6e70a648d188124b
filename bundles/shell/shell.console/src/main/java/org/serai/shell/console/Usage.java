package org.serai.shell.console;

import org.serai.shell.CommandGroup;
import org.serai.shell.Invocation;
import org.serai.shell.Size;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.TypeConversionException;

/** Commands as picocli sees them: how they are parsed and how their help reads. */
final class Usage {
    private static final int NO_TERMINAL_WIDTH = 100;
    private static final int NARROWEST_WIDTH = 55;

    /** A fresh model of one command, for one run. */
    CommandLine commandLine(Catalog.Entry entry, Invocation invocation) {
        CommandLine line = new CommandLine(entry.method(), new Parts(entry.group(), invocation));
        line.setCommandName(entry.fullName());
        line.registerConverter(Size.class, Usage::size);
        line.registerConverter(int.class, Usage::number);
        line.getCommandSpec().usageMessage().sortOptions(false).customSynopsis(Synopsis.of(line.getCommandSpec()));
        return line;
    }

    /** The whole help of a command. Its examples are never broken into lines, so that they can be copied. */
    String text(CommandLine line, int width) {
        line.setUsageHelpWidth(width == 0 ? NO_TERMINAL_WIDTH : Math.max(width, NARROWEST_WIDTH));
        line.setHelpSectionKeys(line.getHelpSectionKeys().stream()
                .filter(key -> !key.equals(UsageMessageSpec.SECTION_KEY_FOOTER))
                .toList());
        UsageMessageSpec usage = line.getCommandSpec().usageMessage();
        // One paragraph: lines of the source would be broken once more, at another place.
        usage.description(String.join(" ", usage.description()));
        StringBuilder text = new StringBuilder(line.getUsageMessage(Ansi.OFF));
        String[] examples = usage.footer();
        if (examples.length > 0) {
            text.append("\nExamples:\n");
        }
        for (String example : examples) {
            text.append("  ").append(example).append('\n');
        }
        return text.toString();
    }

    /** The command with its options and parameters in one line. */
    String synopsis(CommandLine line) {
        return Synopsis.of(line.getCommandSpec());
    }

    private static Size size(String text) {
        try {
            return Size.parse(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is no whole number");
        }
    }

    /** Gives picocli the group and the invocation of this run, and makes everything else anew. */
    private record Parts(CommandGroup group, Invocation invocation) implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type.isInstance(group)) {
                return type.cast(group);
            }
            return type == Invocation.class
                    ? type.cast(invocation)
                    : CommandLine.defaultFactory().create(type);
        }
    }
}
