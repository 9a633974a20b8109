package io.leek.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.StoreSettings;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Recurring tasks, the same on each kind of store. It is ten in the morning of a Sunday, in March 2026. */
@Timeout(60)
abstract class RecurringContract {

    ServerRig server;
    private int workers;
    private TestClient application;

    abstract StoreSettings.Location location();

    @BeforeEach
    void start() {
        server = ServerRig.start(location());
        application = server.client();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void theNextRunIsQueuedForItsTimeAndHandedOutThen() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));

        assertThat(queued()).containsExactly("2026-03-02T03:00:00Z");
        worker().sends("LEEK FETCH {\"wait_ms\":0}").expect("[]");
        comes(Duration.ofHours(17));
        finishes("report");
        server.pass(Duration.ofSeconds(1));
        assertThat(queued()).containsExactly("2026-03-03T03:00:00Z");
    }

    @Test
    void whatItPushesEachTimeIsWhatWasDeclared() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        comes(Duration.ofHours(17));

        var task = worker().asks("LEEK FETCH {\"max\":1}").get(0);

        assertThat(task.path("jobtype").asString()).isEqualTo("report");
        assertThat(task.path("priority").asInt()).isEqualTo(7);
        assertThat(task.path("retry").asInt()).isEqualTo(2);
    }

    @Test
    void declaredAgainTheSameItStaysAsItIs() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        String jid = jids().get(0);
        comes(Duration.ofMinutes(5));

        declares(cron("report", "0 0 3 * * *", "ONCE"));

        assertThat(jids()).containsExactly(jid);
    }

    @Test
    void declaredDifferentlyItsNextRunIsAtTheNewTime() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));

        declares(cron("report", "0 0 18 * * *", "ONCE"));

        assertThat(queued()).containsExactly("2026-03-01T18:00:00Z");
    }

    @Test
    void whatHasRunOnADateDoesNotRunAgainOnItWhenItsHourChanges() {
        declares(cron("report", "0 0 11 * * *", "ONCE"));
        comes(Duration.ofHours(1));
        finishes("report");

        declares(cron("report", "0 0 18 * * *", "ONCE"));

        assertThat(queued()).containsExactly("2026-03-02T18:00:00Z");
    }

    @Test
    void timesThatPassWhileItRunsAreLeftOut() {
        declares(cron("report", "0 * * * * *", "ONCE"));
        comes(Duration.ofMinutes(1));
        String jid = fetched();
        comes(Duration.ofMinutes(5));
        assertThat(jids()).containsExactly(jid);

        application.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();
        server.pass(Duration.ofSeconds(1));

        assertThat(queued()).containsExactly("2026-03-01T10:07:00Z");
    }

    @Test
    void afterAnOutageItRunsOnceForAllTheTimesThatWereMissed() {
        declares(cron("report", "0 0 * * * *", "ONCE"));
        comes(Duration.ofHours(5));
        server.pass(Duration.ofSeconds(1));

        finishes("report");
        server.pass(Duration.ofSeconds(1));

        assertThat(queued()).containsExactly("2026-03-01T16:00:00Z");
    }

    @Test
    void afterAnOutageWithoutCatchUpItWaitsForItsNextTime() {
        declares(cron("report", "0 0 * * * *", "NONE"));
        comes(Duration.ofHours(5));

        server.pass(Duration.ofSeconds(1));
        server.pass(Duration.ofSeconds(1));

        assertThat(queued()).containsExactly("2026-03-01T16:00:00Z");
    }

    @Test
    void afterAnOutageWithFullCatchUpItRunsForEachTime() {
        declares(cron("report", "0 0 * * * *", "EVERY"));
        comes(Duration.ofHours(3));

        for (String hour : List.of("11", "12", "13")) {
            assertThat(server.store().store().recurring().all().get(0).lastTick())
                    .isEqualTo("2026-03-01T" + hour + ":00:00Z");
            server.pass(Duration.ofSeconds(1));
            finishes("report");
            server.pass(Duration.ofSeconds(1));
        }
        assertThat(queued()).containsExactly("2026-03-01T14:00:00Z");
    }

    @Test
    void withADelayItRunsAtOnceAndThenThatLongAfterTheEndOfEachRun() {
        declares(delay("report", 60_000));
        String jid = fetched();
        comes(Duration.ofSeconds(89));
        application.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();

        server.pass(Duration.ofSeconds(1));

        assertThat(queued()).containsExactly("2026-03-01T10:02:30.123456Z");
    }

    @Test
    void anotherDelayCountsFromTheEndOfTheLastRunToo() {
        declares(delay("report", 60_000));
        finishes("report");
        server.pass(Duration.ofSeconds(1));

        declares(delay("report", 30_000));
        declares(delay("report", 60_000));
        declares(delay("report", 45_000));

        assertThat(queued()).containsExactly("2026-03-01T10:00:45.123456Z");
    }

    @Test
    void aRunThatIsDueStaysWhenItsTimesChange() {
        declares(cron("report", "0 0 11 * * *", "ONCE"));
        comes(Duration.ofHours(1));
        String jid = jids().get(0);

        declares(cron("report", "0 0 18 * * *", "ONCE"));

        assertThat(jids()).containsExactly(jid);
        finishes("report");
        server.pass(Duration.ofSeconds(1));
        assertThat(queued()).containsExactly("2026-03-02T18:00:00Z");
    }

    @Test
    void aRunThatIsToComeStaysWhenOnlyOtherOptionsChange() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        String jid = jids().get(0);

        declares(cron("report", "0 0 3 * * *", "ONCE").replace("\"retry\":2", "\"retry\":5"));

        assertThat(jids()).containsExactly(jid);
    }

    @Test
    void withoutCatchUpARunThatHasBegunOnceIsNotGivenUp() {
        declares(cron("report", "0 0 11 * * *", "NONE"));
        comes(Duration.ofHours(1));
        String jid = fetched();
        application.sends("FAIL {\"jid\":\"" + jid + "\",\"errtype\":\"E\"}").expectOk();

        comes(Duration.ofMinutes(30));

        assertThat(jids()).containsExactly(jid);
    }

    @Test
    void afterARunThatFailedTheNextOneIsQueued() {
        declares(cron("report", "0 0 11 * * *", "ONCE"));
        comes(Duration.ofHours(1));
        application
                .sends("FAIL {\"jid\":\"" + fetched() + "\",\"errtype\":\"E\",\"final\":true}")
                .expectOk();

        server.pass(Duration.ofSeconds(1));

        assertThat(queued()).containsExactly("2026-03-02T11:00:00Z");
    }

    @Test
    void whatNobodyHasDeclaredForAnHourIsRemoved() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        server.pass(Duration.ofMinutes(40));
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        server.pass(Duration.ofMinutes(40));
        assertThat(queued()).hasSize(1);

        server.pass(Duration.ofMinutes(21));

        assertThat(queued()).isEmpty();
        assertThat(server.store().store().recurring().all()).isEmpty();
    }

    @Test
    void aServerThatWasAwayForLongWaitsForApplicationsBeforeItRemovesAny() throws Exception {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        StoreSettings.Location location = server.store().location();
        server.clock().advance(Duration.ofHours(48));
        server.close();

        server = ServerRig.start(location, server.clock());
        application = server.client();
        comes(Duration.ofMinutes(1));

        assertThat(server.store().store().recurring().all()).hasSize(1);
    }

    @Test
    void oneThatMakesNoSenseIsRefusedAndNoneOfItsMessageIsStored() {
        application
                .sends("LEEK DECLARE {\"recurring\":[" + cron("good", "0 0 3 * * *", "ONCE") + ","
                        + cron("bad", "every day", "ONCE") + "]}")
                .expectStart("-ERR recurring task bad: Cron expression must consist of 6 fields");
        application
                .sends("LEEK DECLARE {\"recurring\":[{\"name\":\"bad\",\"catch_up\":\"ONCE\",\"task\":{}}]}")
                .expectStart("-ERR recurring task bad: needs either cron or delay_ms");
        application.sends("LEEK DECLARE {\"recurring\":[null]}").expectStart("-ERR LEEK DECLARE takes");

        assertThat(server.store().store().recurring().all()).isEmpty();
    }

    /** Nobody looks until then. */
    void comes(Duration time) {
        server.freeze(time);
        server.pass(Duration.ofSeconds(1));
    }

    @Test
    void aRenamedTaskIsQueuedOnceUnderItsNewNameAlsoWhileAnOlderVersionDeclaresTheOldOne() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));

        declares(renamed("summary", "report"));
        assertThat(names()).containsExactly("summary");
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        server.pass(Duration.ofSeconds(1));

        assertThat(names()).containsExactly("summary");
        assertThat(queued()).containsExactly("2026-03-02T03:00:00Z");
    }

    @Test
    void aRunOfARenamedTaskThatIsDueIsNotLost() {
        declares(cron("report", "0 0 11 * * *", "ONCE"));
        comes(Duration.ofHours(1));

        declares(renamed("summary", "report"));
        server.pass(Duration.ofSeconds(1));

        assertThat(names()).containsExactlyInAnyOrder("report", "summary");
        assertThat(queued()).containsExactly("2026-03-01T11:00:00Z", "2026-03-02T03:00:00Z");
    }

    @Test
    void aTaskMayHaveItsOldNameBack() {
        declares(cron("report", "0 0 3 * * *", "ONCE"));
        declares(renamed("summary", "report"));

        declares(renamed("report", "summary"));
        server.pass(Duration.ofSeconds(1));

        assertThat(names()).containsExactly("report");
    }

    private static String renamed(String name, String from) {
        return cron(name, "0 0 3 * * *", "ONCE").replaceFirst("}$", ",\"aliases\":[\"" + from + "\"]}");
    }

    private List<String> names() {
        return server.store().sql().queryForList("SELECT name FROM leek.queued_task", String.class);
    }

    void declares(String... recurring) {
        application
                .sends("LEEK DECLARE {\"recurring\":[" + String.join(",", recurring) + "]}")
                .expectOk();
    }

    static String cron(String name, String cron, String catchUp) {
        return "{\"name\":\"%s\",\"cron\":\"%s\",\"zone\":\"UTC\",\"catch_up\":\"%s\",%s}"
                .formatted(name, cron, catchUp, task(name));
    }

    private static String delay(String name, long delayMs) {
        return "{\"name\":\"%s\",\"delay_ms\":%d,\"catch_up\":\"ONCE\",%s}".formatted(name, delayMs, task(name));
    }

    private static String task(String name) {
        return "\"task\":{\"jobtype\":\"" + name + "\",\"args\":[],\"priority\":7,\"retry\":2}";
    }

    /** When the queued tasks are due. */
    List<String> queued() {
        return server
                .store()
                .sql()
                .queryForList("SELECT due_at FROM leek.queued_task ORDER BY due_at", OffsetDateTime.class)
                .stream()
                .map(due -> due.toInstant().toString())
                .toList();
    }

    private List<String> jids() {
        return server.store().sql().queryForList("SELECT jid FROM leek.queued_task", String.class);
    }

    void finishes(String name) {
        String jid = fetched();
        application.sends("ACK {\"jid\":\"" + jid + "\"}").expectOk();
    }

    /** Each time another: one that says nothing for a minute is gone. */
    private TestClient worker() {
        return server.worker("w-" + ++workers);
    }

    private String fetched() {
        return worker().asks("LEEK FETCH {\"max\":1}").get(0).path("jid").asString();
    }
}
