package io.leek.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.task.TaskJson;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {

    static List<Command> commands() {
        return List.of(
                new Command.Hello(2, "host", "w-1", 42L, List.of("java"), "ab", "ada"),
                new Command.Push("{\"jid\":\"task-0001\"}"),
                new Command.PushBulk("[{\"jid\":\"task-0001\"}]"),
                new Command.Fetch(List.of("critical", "default")),
                new Command.Ack("task-0001", "{\"pages\":7}", "token"),
                new Command.Ack("task-0001", null, "token", true),
                new Command.Wake(List.of(new Command.Written("task-0001", 7, "mailer.welcome", "default", 5))),
                new Command.Fail("task-0001", "E", "no route", List.of("at A.a"), "token", true, "exception", 600_000L),
                new Command.Beat("w-1", "quiet", 1024L),
                new Command.OnQueues("PAUSE", List.of("mail", "night")),
                new Command.Queues(),
                new Command.Backlog(List.of("a.b"), "task-0001"),
                new Command.Info(),
                new Command.End(),
                new Command.Caps(),
                new Command.LeekPush("{}"),
                new Command.Get("task-0001", null),
                new Command.Wait(null, List.of("task-0001", "task-0002"), 20_000L),
                new Command.ListTasks("failed", "q", "n", "task-0001", 10),
                new Command.Count("queued", null, null),
                new Command.Retry(null, "q", "n"),
                new Command.Retry("task-0001", null, null, "arguments"),
                new Command.Join(
                        "w-1", List.of("a.b"), List.of("q"), List.of(new Command.Held("task-0001", "token")), 4),
                new Command.FetchMany(List.of("critical", "default"), 32, 2_000L),
                new Command.Listen("w-1"),
                new Command.Release("task-0001", "token", 50L));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void readsWhatItWrites(Command command) {
        assertThat(Commands.parse(command.verb() + " " + command.argument())).isEqualTo(command);
    }

    @Test
    void writesFieldsInSnakeCaseWithoutNulls() {
        assertThat(new Command.Beat("w-1", "quiet", null).argument())
                .isEqualTo("{\"wid\":\"w-1\",\"current_state\":\"quiet\"}");
        assertThat(new Command.Fail("task-0001", null, null, null, null, true, null, null).argument())
                .isEqualTo("{\"jid\":\"task-0001\",\"final\":true}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ACK", "ACK ", "ACK null", "ACK {}", "ACK  {} "})
    void aMissingArgumentIsAnObjectWithoutFields(String line) {
        assertThat(Commands.parse(line)).isEqualTo(new Command.Ack(null, null, null));
    }

    @Test
    void everyVerbStandsAloneWithoutHarm() {
        assertThat(Commands.parse("FAIL")).isEqualTo(new Command.Fail(null, null, null, null, null, null, null, null));
        assertThat(Commands.parse("QUEUE")).isEqualTo(new Command.OnQueues("", List.of()));
        assertThat(Commands.parse("BEAT")).isEqualTo(new Command.Beat(null, null, null));
        assertThat(Commands.parse("HELLO")).isEqualTo(new Command.Hello(0, null, null, null, null, null, null));
        assertThat(Commands.parse("FETCH")).isEqualTo(new Command.Fetch(List.of("default")));
        assertThat(Commands.parse("PUSH")).isEqualTo(new Command.Push(""));
        assertThat(Commands.parse("LEEK JOIN")).isInstanceOf(Command.Join.class);
        assertThat(Commands.parse("LEEK LIST")).isInstanceOf(Command.ListTasks.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ACK []                         | invalid JSON: .*
            ACK "task-0001"                | invalid JSON: .*
            ACK {"jid":{"a":1}}            | invalid JSON: .*
            ACK {"jid":"task-0001"} {}     | invalid JSON: .*
            ACK {"jid":                    | invalid JSON: .*
            FAIL {"backtrace":"at A.a"}    | invalid JSON: .*
            BEAT {"rss_kb":"much"}         | invalid JSON: .*
            HELLO {"v":"two"}              | invalid JSON: .*
            LEEK LIST {"limit":[]}         | invalid JSON: .*
            LEEK JOIN {"held":["x"]}       | invalid JSON: .*
            LEEK                           | unknown command LEEK ?
            LEEK NOPE {}                   | unknown command LEEK NOPE
            push {}                        | unknown command push
            FOO                            | unknown command FOO
            ''                             | unknown command ?
            """)
    void aLineThatIsNoCommandSaysWhy(String line, String message) {
        assertThat(Commands.parse(line))
                .isInstanceOfSatisfying(Command.Malformed.class, malformed -> assertThat(malformed.message())
                        .matches(message));
    }

    @Test
    void aLongUnknownVerbIsCut() {
        Command command = Commands.parse("X".repeat(100_000));

        assertThat(command).isEqualTo(new Command.Malformed("unknown command " + "X".repeat(100)));
    }

    @Test
    void jsonNestedTooDeeplyIsMalformed() {
        assertThat(Commands.parse("ACK {\"jid\":" + "[".repeat(100_000))).isInstanceOf(Command.Malformed.class);
    }

    @Test
    void queuesAreNamedOnceInTheirOrder() {
        assertThat(Commands.parse("FETCH b  a b c")).isEqualTo(new Command.Fetch(List.of("b", "a", "c")));
    }

    @Test
    void unknownFieldsOfACommandAreIgnored() {
        assertThat(Commands.parse("ACK {\"jid\":\"task-0001\",\"color\":\"green\"}"))
                .isEqualTo(new Command.Ack("task-0001", null, null));
    }

    @Test
    void theGreetingHasNoSpaceInItsJson() {
        assertThat(TaskJson.MAPPER.writeValueAsString(new Replies.Hi(2, 4000, "ab")))
                .isEqualTo("{\"v\":2,\"i\":4000,\"s\":\"ab\"}");
        assertThat(TaskJson.MAPPER.writeValueAsString(new Replies.Hi(2, null, null)))
                .isEqualTo("{\"v\":2}");
    }
}
