package io.leek.wire;

import io.leek.task.TaskJson;
import java.util.Arrays;
import java.util.List;
import tools.jackson.core.JacksonException;

/** Reads a line into a {@link Command}. */
final class Commands {

    private Commands() {}

    static Command parse(String line) {
        int space = line.indexOf(' ');
        String verb = space < 0 ? line : line.substring(0, space);
        String argument = space < 0 ? "" : line.substring(space + 1).strip();
        try {
            return switch (verb) {
                case "HELLO" -> json(argument, Command.Hello.class);
                case "PUSH" -> new Command.Push(argument);
                case "PUSHB" -> new Command.PushBulk(argument);
                case "FETCH" -> new Command.Fetch(words(argument));
                case "ACK" -> json(argument, Command.Ack.class);
                case "FAIL" -> json(argument, Command.Fail.class);
                case "BEAT" -> json(argument, Command.Beat.class);
                case "QUEUE" -> onQueues(argument);
                case "INFO" -> new Command.Info();
                case "END" -> new Command.End();
                case "LEEK" -> leek(argument);
                default -> unknown(verb);
            };
        } catch (JacksonException e) {
            return new Command.Malformed("invalid JSON: " + e.getOriginalMessage());
        }
    }

    private static Command leek(String text) {
        int space = text.indexOf(' ');
        String verb = space < 0 ? text : text.substring(0, space);
        String argument = space < 0 ? "" : text.substring(space + 1).strip();
        return switch (verb) {
            case "CAPS" -> new Command.Caps();
            case "BACKLOG" -> json(argument, Command.Backlog.class);
            case "QUEUES" -> new Command.Queues();
            case "UNSERVED" -> new Command.Unserved();
            case "PUSH" -> new Command.LeekPush(argument);
            case "GET" -> json(argument, Command.Get.class);
            case "WAIT" -> json(argument, Command.Wait.class);
            case "LIST" -> json(argument, Command.ListTasks.class);
            case "COUNT" -> json(argument, Command.Count.class);
            case "RETRY" -> json(argument, Command.Retry.class);
            case "PROGRESS" -> json(argument, Command.Progress.class);
            case "CANCEL" -> json(argument, Command.Cancel.class);
            case "FETCH" -> json(argument, Command.FetchMany.class);
            case "JOIN" -> json(argument, Command.Join.class);
            case "LISTEN" -> json(argument, Command.Listen.class);
            case "DECLARE" -> json(argument, Command.Declare.class);
            case "WAKE" -> json(argument, Command.Wake.class);
            case "RELEASE" -> json(argument, Command.Release.class);
            default -> unknown("LEEK " + verb);
        };
    }

    private static Command json(String argument, Class<? extends Command> type) {
        // JSON null and a missing argument both stand for an object without fields.
        Command command = TaskJson.MAPPER.readValue(argument.isEmpty() ? "{}" : argument, type);
        return command == null ? TaskJson.MAPPER.readValue("{}", type) : command;
    }

    private static Command onQueues(String argument) {
        List<String> words = Arrays.asList(argument.split(" +"));
        return new Command.OnQueues(
                words.get(0), words.stream().skip(1).distinct().toList());
    }

    private static List<String> words(String argument) {
        return argument.isEmpty()
                ? List.of("default")
                : Arrays.stream(argument.split(" +")).distinct().toList();
    }

    private static Command unknown(String verb) {
        return new Command.Malformed("unknown command " + (verb.length() > 100 ? verb.substring(0, 100) : verb));
    }
}
