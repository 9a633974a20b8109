package io.leek.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class TaskRecordTest {

    @Test
    void whatIsNotSaidHasTheProtocolsDefaults() throws Exception {
        TaskRecord task = parse("");

        assertThat(task.queue()).isEqualTo("default");
        assertThat(task.priority()).isEqualTo(5);
        assertThat(task.retry()).isEqualTo(new RetryRule(25, null));
        assertThat(task.reserveFor()).isEqualTo(Duration.ofMinutes(30));
        assertThat(task.at()).isNull();
        assertThat(task.key()).isNull();
        assertThat(task.backtrace()).isZero();
    }

    @Test
    void optionsAreRead() throws Exception {
        TaskRecord task = parse(",\"queue\":\"a.b_c-9\",\"priority\":9,\"retry\":-1,\"reserve_for\":90,\"backtrace\":7,"
                + "\"at\":\"2026-03-01T12:00:00.5+02:00\",\"custom\":{\"leek\":{\"key\":\"r:7\"}}");

        assertThat(task.queue()).isEqualTo("a.b_c-9");
        assertThat(task.priority()).isEqualTo(9);
        assertThat(task.retry()).isEqualTo(new RetryRule(-1, null));
        assertThat(task.reserveFor()).isEqualTo(Duration.ofSeconds(90));
        assertThat(task.backtrace()).isEqualTo(7);
        assertThat(task.at()).isEqualTo(Instant.parse("2026-03-01T10:00:00.5Z"));
        assertThat(task.key()).isEqualTo(new TaskKey.WhileUnfinished("r:7"));
    }

    @Test
    void aKeyCountsWhileUnfinishedUnlessItSaysOtherwise() throws Exception {
        assertThat(parse(",\"custom\":{\"leek\":{\"key\":\"k\",\"key_while\":\"unfinished\"}}")
                        .key())
                .isEqualTo(new TaskKey.WhileUnfinished("k"));
        assertThat(parse(",\"custom\":{\"leek\":{\"key\":\"k\",\"key_while\":\"queued\"}}")
                        .key())
                .isEqualTo(new TaskKey.WhileQueued("k"));
        assertThat(parse(",\"custom\":{\"leek\":{\"key\":\"k\",\"key_for_ms\":31536000000}}")
                        .key())
                .isEqualTo(new TaskKey.AtLeast("k", Duration.ofDays(365)));
        assertThat(parse(",\"custom\":{\"leek\":{\"key\":\"k\",\"key_while\":null,\"key_for_ms\":null}}")
                        .key())
                .isEqualTo(new TaskKey.WhileUnfinished("k"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "key":"k","key_while":"running"             | key_while must be 'unfinished' or 'queued', but was 'running'
            "key":"k","key_while":1                     | key_while must be a string, but was 1
            "key":"k","key_for_ms":"1h"                 | key_for_ms must be a whole number of milliseconds, but was "1h"
            "key":"k","key_for_ms":1.5                  | key_for_ms must be a whole number of milliseconds, but was 1.5
            "key":"k","key_for_ms":0                    | the time of a key must be 1ms to 365d, but was PT0S
            "key":"k","key_for_ms":31536000001          | the time of a key must be 1ms to 365d, but was PT8760H0.001S
            "key":"k","key_while":"queued","key_for_ms":1 | key_while 'queued' and key_for_ms exclude each other, but both were given
            "key_for_ms":1                              | key_while and key_for_ms say how long a key counts, but there is no key
            "key":"","key_while":"queued"               | key_while and key_for_ms say how long a key counts, but there is no key
            """)
    void aKeyThatCantCountAsItSaysIsRefused(String leek, String message) {
        assertThatThrownBy(() -> parse(",\"custom\":{\"leek\":{" + leek + "}}"))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessage(message);
    }

    @Test
    void aMutexHasOnePlaceAndNoOrderUnlessItSaysSo() throws Exception {
        assertThat(parse("").mutex()).isNull();
        assertThat(parse(",\"custom\":{\"leek\":{\"mutex\":{\"name\":\"m\"}}}").mutex())
                .isEqualTo(new Mutex("m", 1, false));
        assertThat(parse(",\"custom\":{\"leek\":{\"mutex\":{\"name\":\"m\",\"limit\":3}}}")
                        .mutex())
                .isEqualTo(new Mutex("m", 3, false));
        assertThat(parse(",\"custom\":{\"leek\":{\"mutex\":{\"name\":\"m\",\"ordered\":true}}}")
                        .mutex())
                .isEqualTo(new Mutex("m", 1, true));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "\"m\"",
                "{}",
                "{\"name\":7}",
                "{\"name\":\"m\",\"limit\":1.5}",
                "{\"name\":\"m\",\"ordered\":1}"
            })
    void aMutexThatIsNoneSaysWhatItShouldBe(String mutex) {
        assertThatThrownBy(() -> parse(",\"custom\":{\"leek\":{\"mutex\":" + mutex + "}}"))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageStartingWith("mutex must be an object with a name")
                .hasMessageEndingWith("but was " + mutex);
    }

    @ParameterizedTest
    @CsvSource({"0,1800", "1,60", "59,60", "60,60", "86400,86400", "-5,1800"})
    void reservationsAreKeptWithinBounds(int said, int meant) throws Exception {
        assertThat(parse(",\"reserve_for\":" + said).reserveFor()).isEqualTo(Duration.ofSeconds(meant));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"jobtype":"a","args":[]}                                        | jobs must have a reasonable jid parameter
            {"jid":"1234567","jobtype":"a","args":[]}                        | jobs must have a reasonable jid parameter
            {"jid":12345678,"jobtype":"a","args":[]}                         | jobs must have a reasonable jid parameter
            {"jid":null,"jobtype":"a","args":[]}                             | jobs must have a reasonable jid parameter
            {"jid":["12345678"],"jobtype":"a","args":[]}                     | jobs must have a reasonable jid parameter
            {"jid":"12345678","args":[]}                                     | jobs must have a jobtype parameter
            {"jid":"12345678","jobtype":"","args":[]}                        | jobs must have a jobtype parameter
            {"jid":"12345678","jobtype":5,"args":[]}                         | jobs must have a jobtype parameter
            {"jid":"12345678","jobtype":"a"}                                 | jobs must have an args parameter
            {"jid":"12345678","jobtype":"a","args":{}}                       | jobs must have an args parameter
            {"jid":"12345678","jobtype":"a","args":null}                     | jobs must have an args parameter
            {"jid":"12345678","jobtype":"a","args":[],"reserve_for":86401}   | jobs cannot be reserved for more than one day
            {"jid":"12345678","jobtype":"a","args":[],"at":"tomorrow"}       | invalid timestamp for 'at': tomorrow
            {"jid":"12345678","jobtype":"a","args":[],"at":5}                | at must be a string, but was 5
            {"jid":"12345678","jobtype":"a","args":[],"queue":{}}            | queue must be a string, but was {}
            {"jid":"12345678","jobtype":"a","args":[],"queue":"a b"}         | queue must be 1 to 100 letters, digits, '.', '_' or '-', but was 'a b'
            {"jid":"12345678","jobtype":"a","args":[],"priority":10}         | priority must be 1 to 9, but was 10
            {"jid":"12345678","jobtype":"a","args":[],"priority":-1}         | priority must be 1 to 9, but was -1
            {"jid":"12345678","jobtype":"a","args":[],"retry":"3"}           | retry must be a whole number, but was "3"
            {"jid":"12345678","jobtype":"a","args":[],"retry":1.5}           | retry must be a whole number, but was 1.5
            {"jid":"12345678","jobtype":"a","args":[],"retry":9999999999}    | retry must be a whole number, but was 9999999999
            {"jid":"12345678","jobtype":"a","args":[],"custom":{"leek":{"key":7}}} | key must be a string, but was 7
            []                                                               | invalid JSON: a job must be an object
            null                                                             | invalid JSON: a job must be an object
            """)
    void aRecordThatBreaksARuleSaysWhichOne(String json, String message) {
        assertThatThrownBy(() -> TaskRecord.parse(json))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "not json", "{} {}", "{\"a\":1}]", "{\"args\":[1e]}", "\u0000"})
    void whatIsNoJsonIsSaidToBeNone(String json) {
        assertThatThrownBy(() -> TaskRecord.parse(json))
                .isInstanceOf(InvalidTaskException.class)
                .hasMessageStartingWith("invalid JSON: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[1]", "\"text\"", "5", "null", "{\"leek\":[]}", "{\"leek\":\"x\"}"})
    void customMayBeAnything(String custom) throws Exception {
        assertThat(parse(",\"custom\":" + custom).key()).isNull();
    }

    @Test
    void bigNumbersAndUnknownFieldsStayAsTheyWereSent() throws Exception {
        String json = "{\"jid\":\"12345678\",\"jobtype\":\"a\",\"args\":[123456789012345678901234567890,"
                + "1.10,0.1000000000000000055511151231257827],\"color\":{\"hue\":18446744073709551615}}";

        ObjectNode read = (ObjectNode) TaskJson.MAPPER.readTree(json);
        assertThat(TaskRecord.of(read).text()).isEqualTo(json);
    }

    @Test
    void namesAndKeysHaveALongestLength() {
        assertThatThrownBy(() ->
                        TaskRecord.parse("{\"jid\":\"12345678\",\"args\":[],\"jobtype\":\"" + "n".repeat(256) + "\"}"))
                .hasMessage("jobtype must be at most 255 characters, but has 256");
        assertThatThrownBy(() -> parse(",\"custom\":{\"leek\":{\"key\":\"" + "k".repeat(256) + "\"}}"))
                .hasMessage("key must be at most 255 characters, but has 256");
        assertThatThrownBy(() -> TaskRecord.parse("{\"jobtype\":\"a\",\"args\":[],\"jid\":\"" + "j".repeat(65) + "\"}"))
                .hasMessage("jobs must have a reasonable jid parameter");
    }

    private static TaskRecord parse(String more) throws InvalidTaskException {
        return TaskRecord.parse("{\"jid\":\"12345678\",\"jobtype\":\"a\",\"args\":[]" + more + "}");
    }
}
