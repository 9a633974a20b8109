package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.Change;
import io.leek.server.store.StoreSettings;
import io.leek.server.store.TestClock;
import io.leek.task.FailureReason;
import io.leek.task.TaskFailure;
import io.leek.task.TaskQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What clients and the server say to each other, the same on each kind of store. */
@Timeout(60)
abstract class ConversationContract {

    private ServerRig server;
    private TestClient client;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        server = ServerRig.start(location());
        client = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aPushedTaskIsHandedOutAsItWasSent() {
        String task = "\"jid\":\"task-0001\",\"jobtype\":\"a.b\",\"args\":[12345678901234567890123,1.10,\"\u00e4\"],"
                + "\"color\":{\"hue\":18446744073709551615},\"custom\":{\"trace\":\"t\"}";
        client.sends("PUSH {" + task + "}").expectOk();

        JsonNode handedOut = client.sends("FETCH default").expectTask("task-0001");

        assertThat(handedOut.toString())
                .contains("12345678901234567890123,1.10,\"\u00e4\"", "18446744073709551615", "\"trace\":\"t\"")
                .contains("\"enqueued_at\":\"2026-03-01T10:00:00.123456Z\"")
                .contains("\"created_at\":\"2026-03-01T10:00:00.123456Z\"")
                .contains("\"attempt\":1", "\"lease\":\"");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        client.sends("FETCH default").expect("$-1");
    }

    @Test
    void customOfAnyShapeIsHandedOut() {
        String[] customs = {"[]", "[1]", "\"x\"", "7", "null", "{\"leek\":[]}", "{\"leek\":\"x\"}"};
        for (int i = 0; i < customs.length; i++) {
            client.sends(push("task-000" + i, "\"custom\":" + customs[i])).expectOk();
            client.sends("FETCH").expectTask("task-000" + i);
        }
    }

    @Test
    void aJidThatIsKnownChangesNothingInWhateverStateItIs() {
        client.sends(push("task-0001")).expectOk();
        client.sends(push("task-0001")).expectOk();
        assertThat(count("queued")).isEqualTo(1);
        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();

        client.sends(push("task-0001")).expectOk();

        assertThat(count("queued")).isZero();
        assertThat(count("success")).isEqualTo(1);
    }

    @Test
    void severalTasksAreFetchedAtOnceInTheirOrder() {
        client.sends(push("task-0001")).expectOk();
        client.sends(push("task-0002", "\"priority\":9")).expectOk();
        client.sends(push("task-0003")).expectOk();
        String fetch = "LEEK FETCH {\"queues\":[\"default\"],\"max\":2,\"wait_ms\":0}";

        JsonNode two = client.asks("LEEK FETCH {\"queues\":[\"default\"],\"max\":2,\"wait_ms\":10000}");

        assertThat(two).hasSize(2);
        assertThat(two.path(0).path("jid").asString()).isEqualTo("task-0002");
        assertThat(two.path(1).path("jid").asString()).isEqualTo("task-0001");
        assertThat(lease(two.path(0))).isNotEqualTo(lease(two.path(1)));
        client.sends("FETCH").expectTask("task-0003");
        client.sends(fetch).expect("[]");
        client.sends(fetch.replace("\"max\":2", "\"max\":0")).expectStart("-ERR LEEK FETCH needs ");
        client.sends(fetch.replace("[\"default\"]", "[null]")).expectStart("-ERR LEEK FETCH needs ");
        client.sends(fetch.replace("\"wait_ms\":0", "\"wait_ms\":-1")).expectStart("-ERR LEEK FETCH needs ");
    }

    @Test
    void whatGoesToAWorkerAtOnceIsBoundedInBytes() {
        String large = "\"custom\":{\"x\":\"" + "x".repeat(90_000) + "\"}";
        for (int i = 10; i < 25; i++) {
            client.sends(push("task-00" + i, large)).expectOk();
        }

        JsonNode tasks = client.asks("LEEK FETCH {\"queues\":[\"default\"],\"max\":100,\"wait_ms\":10000}");

        assertThat(tasks).as("as many as fit into 1 MB, and one more").hasSize(12);
    }

    @Test
    void brokenRecordsAreRefusedWithTheProtocolsWords() {
        client.sends("PUSH").expectStart("-ERR invalid JSON: ");
        client.sends("PUSH {\"jid\":").expectStart("-ERR invalid JSON: ");
        client.sends("PUSH []").expectStart("-ERR invalid JSON: ");
        client.sends("PUSH {}").expect("-ERR jobs must have a reasonable jid parameter");
        client.sends("PUSH {\"jid\":\"task-0001\"}").expect("-ERR jobs must have a jobtype parameter");
        client.sends("PUSH {\"jid\":\"task-0001\",\"jobtype\":\"a\"}").expect("-ERR jobs must have an args parameter");
        client.sends(push("task-0001", "\"reserve_for\":86401"))
                .expect("-ERR jobs cannot be reserved for more than one day");
        client.sends(push("task-0001", "\"at\":\"soon\"")).expect("-ERR invalid timestamp for 'at': soon");
        client.sends(push("task-0001", "\"at\":\"+999999999-12-31T00:00:00Z\"")).expectStart("-ERR ");
        assertThat(count("queued")).isZero();
    }

    @Test
    void inABulkOnlyTheBrokenOnesAreRefused() {
        client.sends("PUSHB []").expect("{}");
        client.sends("PUSHB {}").expectStart("-ERR invalid JSON: ");
        client.sends("PUSHB").expectStart("-ERR invalid JSON: ");
        client.sends("PUSHB [" + record("task-0001", "") + ",{\"jid\":\"task-0002\"}," + record("task-0003", "")
                        + ",5]")
                .expect("{\"task-0002\":\"jobs must have a jobtype parameter\","
                        + "\"\":\"invalid JSON: a job must be an object\"}");

        client.sends("FETCH").expectTask("task-0001");
        client.sends("FETCH").expectTask("task-0003");
    }

    @Test
    void aBulkIsPartedWhereItsTasksEnd() {
        String long1 = "\"custom\":{\"x\":\"\u00e4\u20ac\ud83d\ude00" + "x".repeat(40_000) + "\"}";
        client.sends("PUSHB  [ " + record("task-0001", long1) + " ,  " + record("task-0002", "") + ","
                        + record("task-0003", "\"custom\":{\"x\":[[1.50]]}") + " ] ")
                .expect("{}");
        client.sends("PUSHB [" + record("task-0004", "") + "],[]").expectStart("-ERR invalid JSON: ");
        client.sends("PUSHB [" + record("task-0005", "")).expectStart("-ERR invalid JSON: ");

        assertThat(client.asks("FETCH").path("custom").path("x").asString()).hasSize(40_004);
        client.sends("FETCH").expectTask("task-0002");
        assertThat(client.asks("FETCH").path("custom").path("x").toString()).isEqualTo("[[1.50]]");
        assertThat(count("queued")).isEqualTo(3);
    }

    @Test
    void aTakenKeyIsRefusedOrNamed() {
        String key = "\"custom\":{\"leek\":{\"key\":\"r:7\"}}";
        client.sends("LEEK " + push("task-0001", key)).expect("{\"jid\":\"task-0001\",\"new\":true}");
        client.sends("LEEK " + push("task-0001", key)).expect("{\"jid\":\"task-0001\",\"new\":true}");
        client.sends("LEEK " + push("task-0002", key)).expect("{\"jid\":\"task-0001\",\"new\":false}");
        client.sends(push("task-0003", key)).expect("-NOTUNIQUE Job not unique");
        client.sends("PUSHB [" + record("task-0004", key) + "]").expect("{\"task-0004\":\"Job not unique\"}");
        assertThat(client.asks("LEEK GET {\"key\":\"r:7\"}").path("jid").asString())
                .isEqualTo("task-0001");

        client.sends("FETCH").expectTask("task-0001");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        client.sends("LEEK GET {\"key\":\"r:7\"}").expect("$-1");
        client.sends("LEEK " + push("task-0005", key)).expect("{\"jid\":\"task-0005\",\"new\":true}");
    }

    @Test
    void withinAQueuePriorityComesFirstThenOrder() {
        client.sends(push("task-low1", "\"priority\":1")).expectOk();
        client.sends(push("task-mid1", "")).expectOk();
        client.sends(push("task-top1", "\"priority\":9")).expectOk();
        client.sends(push("task-mid2", "\"priority\":5")).expectOk();
        client.sends(push("task-top2", "\"priority\":9")).expectOk();

        for (String jid : new String[] {"task-top1", "task-top2", "task-mid1", "task-mid2", "task-low1"}) {
            client.sends("FETCH default").expectTask(jid);
        }
    }

    @Test
    void queuesAreServedInTheOrderNamedWhateverThePriority() {
        client.sends(push("task-0001", "\"queue\":\"a\",\"priority\":9")).expectOk();
        client.sends(push("task-0002", "\"queue\":\"b\",\"priority\":1")).expectOk();
        client.sends(push("task-0003", "\"queue\":\"b\",\"priority\":1")).expectOk();

        client.sends("FETCH b a").expectTask("task-0002");
        client.sends("FETCH b a").expectTask("task-0003");
        client.sends("FETCH b a").expectTask("task-0001");
    }

    @Test
    void aFetchWaitsOnAllItsQueuesAndEndsAfterTwoSeconds() {
        TestClient worker = server.worker("w-1");
        worker.sends("FETCH a b");
        client.sends(push("task-0001", "\"queue\":\"b\"")).expectOk();
        worker.expectTask("task-0001");
        long before = System.nanoTime();

        worker.sends("FETCH a b").expect("$-1");

        assertThat(Duration.ofNanos(System.nanoTime() - before))
                .isBetween(Duration.ofMillis(1_900), Duration.ofMillis(4_000));
    }

    @Test
    void answersToWhatIsNotThereAreAsTheProtocolSays() {
        client.sends("ACK {\"jid\":\"task-none\"}").expectOk();
        client.sends("ACK").expect("-ERR missing JID");
        client.sends("FAIL {\"jid\":\"task-none\"}").expect("-ERR Job not found task-none");
        client.sends("FAIL").expect("-ERR missing JID");
        client.sends("BEAT").expect("-ERR unknown worker null");
        client.sends("BEAT {\"wid\":\"w-none\"}").expect("-ERR unknown worker w-none");
        client.sends("LEEK LISTEN {\"wid\":\"w-none\"}").expect("-ERR unknown worker w-none");
        client.sends("LEEK GET {\"jid\":\"task-none\"}").expect("$-1");
        client.sends("LEEK GET {}").expectStart("-ERR ");
        client.sends("LEEK LIST {\"state\":\"dead\"}")
                .expect("-ERR state must be queued, success or failed, but was 'dead'");
        client.sends("LEEK LIST {\"state\":\"failed\",\"limit\":0}").expectStart("-ERR limit must be ");
        client.sends("LEEK COUNT").expectStart("-ERR state must be ");
        client.sends("LEEK RELEASE {\"jid\":\"task-0001\"}").expectStart("-ERR ");
        client.sends("LEEK RELEASE {\"jid\":\"task-none\",\"lease\":\"x\"}").expectStart("-STALE ");
        client.sends("LEEK JOIN").expectStart("-ERR ");
        client.sends("LEEK JOIN {\"wid\":\"w\",\"tasks\":[null],\"queues\":[]}")
                .expectStart("-ERR LEEK JOIN takes no null");
        client.sends("LEEK NOPE").expect("-ERR unknown command LEEK NOPE");
        client.sends("NOPE").expect("-ERR unknown command NOPE");
        client.sends("").expectStart("-ERR unknown command");
        client.sends("LEEK RETRY {\"jid\":\"task-none\"}").expect("{\"retried\":0}");
    }

    @Test
    void aFailedAttemptIsRetriedWithItsFailureUntilNoneIsLeft() {
        client.sends(push("task-0001", "\"retry\":1")).expectOk();
        client.sends("FETCH").expectTask("task-0001");
        client.sends(
                        "FAIL {\"jid\":\"task-0001\",\"errtype\":\"E\",\"message\":\"no\",\"backtrace\":[\"at A.a\",null]}")
                .expectOk();
        assertThat(client.asks("LEEK GET {\"jid\":\"task-0001\"}").path("state").asString())
                .isEqualTo("queued");

        server.pass(Duration.ofMinutes(2));
        JsonNode again = client.sends("FETCH").expectTask("task-0001");

        assertThat(again.path("failure").toString())
                .contains("\"retry_count\":1", "\"remaining\":0", "\"message\":\"no\"", "\"errtype\":\"E\"")
                .contains("\"next_at\":\"", "\"backtrace\":[\"at A.a\"]");
        client.sends("FAIL {\"jid\":\"task-0001\",\"message\":\"no more\"}").expectOk();
        JsonNode failed = client.asks("LEEK GET {\"jid\":\"task-0001\"}");
        assertThat(failed.path("state").asString()).isEqualTo("failed");
        assertThat(failed.path("attempts").asInt()).isEqualTo(2);
        assertThat(failed.path("failure").path("message").asString()).isEqualTo("no more");
    }

    @Test
    void oneRequestRetriesWhatHadFailedAndNothingTwice() {
        List<Change> failures = new ArrayList<>();
        for (int i = 0; i < TaskQuery.MAX_LIMIT + 5; i++) {
            String jid = "task-%05d".formatted(i);
            failures.add(
                    new Change.Insert(jid, "a.b", "default", 5, TestClock.START, TestClock.START, "{}", null, null));
            failures.add(new Change.Park(
                    jid, TestClock.START, TaskFailure.of(FailureReason.EXCEPTION, "E", "no", List.of())));
        }
        server.store().store().apply(failures);

        client.sends("LEEK RETRY {\"queue\":\"other\"}").expect("{\"retried\":0}");
        client.sends("LEEK RETRY {\"name\":\"a.b\"}").expect("{\"retried\":1005}");
        client.sends("LEEK RETRY {}").expect("{\"retried\":0}");
    }

    @Test
    void withoutRetriesAFailureIsFinal() {
        for (String retry : new String[] {"-1", "0"}) {
            String jid = "task-000" + retry.length();
            client.sends(push(jid, "\"retry\":" + retry)).expectOk();
            client.sends("FETCH").expectTask(jid);
            client.sends("FAIL {\"jid\":\"" + jid + "\"}").expectOk();
            assertThat(client.asks("LEEK GET {\"jid\":\"" + jid + "\"}")
                            .path("state")
                            .asString())
                    .isEqualTo("failed");
        }
        client.sends(push("task-0009", "")).expectOk();
        client.sends("FETCH").expectTask("task-0009");
        client.sends("FAIL {\"jid\":\"task-0009\"}").expectOk();
        server.pass(Duration.ofMinutes(1));
        assertThat(client.sends("FETCH")
                        .expectTask("task-0009")
                        .path("failure")
                        .path("remaining")
                        .asInt())
                .as("the protocol's own 25 retries, one used")
                .isEqualTo(24);
    }

    @Test
    void aLeaseThatIsOverEndsNobodysAttempt() {
        client.sends(push("task-0001")).expectOk();
        String first = lease(client.sends("FETCH").expectTask("task-0001"));
        client.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + first + "\"}")
                .expectOk();
        JsonNode again = client.sends("FETCH").expectTask("task-0001");
        assertThat(again.path("custom").path("leek").path("attempt").asInt())
                .as("no attempt burnt")
                .isEqualTo(1);

        client.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + first + "\"}").expectStart("-STALE ");
        client.sends("FAIL {\"jid\":\"task-0001\",\"lease\":\"" + first + "\"}").expectStart("-STALE ");
        client.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + first + "\"}")
                .expectStart("-STALE ");

        client.sends("ACK {\"jid\":\"task-0001\",\"lease\":\"" + lease(again) + "\",\"result\":\"{\\\"n\\\":7}\"}")
                .expectOk();
        assertThat(client.asks("LEEK GET {\"jid\":\"task-0001\"}")
                        .path("result")
                        .asString())
                .isEqualTo("{\"n\":7}");
    }

    @Test
    void aReleaseMayAskForADelay() {
        client.sends(push("task-0001")).expectOk();
        String lease = lease(client.sends("FETCH").expectTask("task-0001"));
        client.sends("LEEK RELEASE {\"jid\":\"task-0001\",\"lease\":\"" + lease + "\",\"delay_ms\":60000}")
                .expectOk();
        client.sends("FETCH").expect("$-1");

        server.pass(Duration.ofMinutes(1));

        client.sends("FETCH").expectTask("task-0001");
    }

    @Test
    void aReservationThatRunsOutIsAFailure() {
        client.sends(push("task-0001", "\"reserve_for\":60,\"retry\":0")).expectOk();
        client.sends("FETCH").expectTask("task-0001");
        server.pass(Duration.ofSeconds(59));
        assertThat(count("failed")).isZero();

        server.pass(Duration.ofSeconds(2));

        JsonNode failed = client.asks("LEEK GET {\"jid\":\"task-0001\"}");
        assertThat(failed.path("failure").path("errtype").asString()).isEqualTo("ReservationExpired");
        client.sends("ACK {\"jid\":\"task-0001\"}").expectOk();
        assertThat(count("failed")).isEqualTo(1);
    }

    @Test
    void aScheduledTaskRunsWhenItIsDue() {
        client.sends(push("task-0001", "\"at\":\"2026-03-01T12:00:00+01:00\"")).expectOk();
        client.sends(push("task-0002", "\"at\":\"2026-03-01T09:00:00Z\"")).expectOk();
        client.sends("FETCH").expectTask("task-0002");
        assertThat(client.asks("INFO")
                        .path("faktory")
                        .path("sets")
                        .path("scheduled")
                        .asInt())
                .isEqualTo(1);

        server.pass(Duration.ofHours(1));

        client.sends("FETCH").expectTask("task-0001");
    }

    @Test
    void tasksAreListedByPageAndRetriedOneAndAll() {
        for (int i = 1; i <= 5; i++) {
            client.sends(push("task-000" + i, "\"retry\":0,\"queue\":\"q" + i % 2 + "\""))
                    .expectOk();
            client.sends("FETCH q0 q1").expectTask("task-000" + i);
            client.sends("FAIL {\"jid\":\"task-000" + i + "\"}").expectOk();
            server.pass(Duration.ofSeconds(1));
        }
        assertThat(jids(client.asks("LEEK LIST {\"state\":\"failed\",\"limit\":2}")))
                .isEqualTo("task-0005 task-0004 ");
        assertThat(jids(client.asks("LEEK LIST {\"state\":\"failed\",\"limit\":2,\"after\":\"task-0004\"}")))
                .isEqualTo("task-0003 task-0002 ");
        assertThat(jids(client.asks("LEEK LIST {\"state\":\"failed\",\"queue\":\"q0\"}")))
                .isEqualTo("task-0004 task-0002 ");
        client.sends("LEEK COUNT {\"state\":\"failed\",\"name\":\"a.b\"}").expect("{\"count\":5,\"exact\":true}");
        client.sends("LEEK RETRY {\"jid\":\"task-0003\"}").expect("{\"retried\":1}");
        client.sends("LEEK RETRY {\"jid\":\"task-0003\"}").expect("{\"retried\":0}");
        client.sends("LEEK RETRY {\"queue\":\"q0\"}").expect("{\"retried\":2}");
        client.sends("LEEK RETRY {\"name\":\"other\"}").expect("{\"retried\":0}");
        client.sends("LEEK RETRY {}").expect("{\"retried\":2}");
        assertThat(count("queued")).isEqualTo(5);
    }

    @Test
    void beatMovesAWorkersStateForwardOnly() {
        TestClient worker = server.worker("w-1");
        worker.sends("BEAT {\"wid\":\"w-1\"}").expectOk();
        worker.sends("BEAT {\"wid\":\"w-1\",\"current_state\":\"quiet\"}").expectOk();
        client.sends("BEAT {\"wid\":\"w-1\"}").expect("{\"state\":\"quiet\"}");
        client.sends("BEAT {\"wid\":\"w-1\",\"current_state\":\"terminate\"}").expectOk();
        client.sends("BEAT {\"wid\":\"w-1\",\"current_state\":\"quiet\"}").expect("{\"state\":\"terminate\"}");
        client.sends("BEAT {\"wid\":\"w-1\",\"current_state\":\"lazy\"}").expectStart("-ERR current_state must be ");
        client.sends(push("task-0001")).expectOk();

        worker.sends("FETCH").expect("$-1");

        client.sends("FETCH").expectTask("task-0001");
    }

    @Test
    void nobodySpeaksForThoseWhoFetchWithoutAName() {
        client.sends(push("task-0001")).expectOk();
        client.sends("FETCH").expectTask("task-0001");

        client.sends("BEAT {\"wid\":\"anonymous\",\"current_state\":\"terminate\"}")
                .expect("-ERR unknown worker anonymous");

        client.sends(push("task-0002")).expectOk();
        client.sends("FETCH").expectTask("task-0002");
    }

    @Test
    void infoHasTheShapeThatToolsRead() {
        client.sends(push("task-0001", "\"queue\":\"mail\"")).expectOk();
        server.worker("w-1");
        JsonNode info = client.asks("INFO");

        assertThat(info.path("server_utc_time").asString()).isEqualTo("10:00:00 UTC");
        assertThat(info.path("faktory").path("queues").toString()).isEqualTo("{\"mail\":1}");
        assertThat(info.path("faktory").path("total_enqueued").asInt()).isEqualTo(1);
        assertThat(info.path("faktory")
                        .path("tasks")
                        .path("Workers")
                        .path("size")
                        .asInt())
                .isEqualTo(1);
        for (String set : new String[] {"scheduled", "retries", "dead", "working"}) {
            assertThat(info.path("faktory").path("sets").path(set).isInt())
                    .as(set)
                    .isTrue();
        }
        for (String of : new String[] {"uptime", "connections", "command_count", "used_memory_mb"}) {
            assertThat(info.path("server").path(of).isInt()).as(of).isTrue();
        }
        assertThat(info.path("server").path("faktory_version").asString()).isEqualTo("1.8.0");
    }

    @Test
    void capsNamesWhatIsThere() {
        JsonNode caps = client.asks("LEEK CAPS");

        assertThat(caps.path("store").asString())
                .isEqualTo(server.store().store().id());
        assertThat(caps.path("verbs").toString()).contains("JOIN", "LISTEN", "RELEASE", "RETRY");
    }

    @Test
    void aThousandPipelinedPushesAreAnsweredAndRunInTheirOrder() {
        TestClient worker = server.worker("w-1");
        StringBuilder pushes = new StringBuilder();
        for (int i = 0; i < 1_000; i++) {
            pushes.append(i % 100 == 99 ? "NOPE" : push("task-" + (1_000 + i))).append("\r\n");
        }
        worker.sends("FETCH");
        client.writes(pushes.toString());
        int fetched = 0;
        for (int i = 0; i < 1_000; i++) {
            if (i % 100 != 99) {
                String jid = "task-" + (1_000 + i);
                worker.expectTask(jid);
                worker.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();
                worker.sends("FETCH");
                fetched++;
            }
        }
        for (int i = 0; i < 1_000; i++) {
            client.expect(i % 100 == 99 ? "-ERR unknown command NOPE" : "+OK");
        }
        assertThat(fetched).isEqualTo(990);
        assertThat(count("success")).isEqualTo(990);
    }

    @Test
    void aHandWrittenRowWithoutJsonStandsInNobodysWay() {
        server.store()
                .sql()
                .update(
                        "INSERT INTO leek.queued_task (jid, name, queue, priority, due_at, enqueued_at, payload,"
                                + " attempts, crashes) VALUES ('by-hand-1', 'a.b', 'default', 5, TIMESTAMP WITH TIME ZONE"
                                + " '2026-01-01 00:00:00+00', TIMESTAMP WITH TIME ZONE '2026-01-01 00:00:00+00', 'no json', 0, 0)");
        server.pass(Duration.ofSeconds(1));

        JsonNode task = client.sends("FETCH").expectTask("by-hand-1");

        assertThat(task.path("jobtype").asString()).isEqualTo("a.b");
        assertThat(task.path("args").toString()).isEqualTo("[]");
    }

    long count(String state) {
        return client.asks("LEEK COUNT {\"state\":\"" + state + "\"}")
                .path("count")
                .asLong();
    }

    static String push(String jid) {
        return push(jid, "");
    }

    static String push(String jid, String more) {
        return "PUSH " + record(jid, more);
    }

    static String record(String jid, String more) {
        return "{\"jid\":\"" + jid + "\",\"jobtype\":\"a.b\",\"args\":[]" + (more.isEmpty() ? "" : "," + more) + "}";
    }

    static String lease(JsonNode task) {
        return task.path("custom").path("leek").path("lease").asString();
    }

    private static String jids(JsonNode tasks) {
        StringBuilder jids = new StringBuilder();
        tasks.forEach(task -> jids.append(task.path("jid").asString()).append(' '));
        return jids.toString();
    }
}
