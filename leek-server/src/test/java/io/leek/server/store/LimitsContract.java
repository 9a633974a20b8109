package io.leek.server.store;

import static io.leek.server.store.Changes.FAILURE;
import static io.leek.server.store.Changes.NOW;
import static io.leek.server.store.Changes.fail;
import static io.leek.server.store.Changes.insert;
import static io.leek.server.store.Changes.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.store.TaskStore.Claimable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every SQL store must do to tasks that must not run beside too many others. */
abstract class LimitsContract {

    private static final RateLimit TEN_A_MINUTE = RateLimit.parse("10/m");

    private final TestClock clock = new TestClock();
    OpenStore open;
    TaskStore store;

    abstract StoreSettings.Location location();

    @BeforeEach
    void open() {
        open = OpenStore.open(location(), clock);
        store = open.store();
    }

    @AfterEach
    void close() {
        open.close();
    }

    @Test
    void aMutexLetsOneRunAndTheNextWhenItHasSucceeded() {
        insertMany("m", 1, false, 2);

        assertThat(apply(claim("task-0001", "t1"))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(claim("task-0002", "t2"))).isEqualTo(new Outcome.Blocked("m"));
        assertThat(letGo("m")).isEmpty();
        apply(succeed("task-0001", "t1"));

        assertThat(letGo("m")).containsExactly("task-0002");
        assertThat(apply(claim("task-0002", "t2"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void aPlaceIsFreeHoweverARunEnds() {
        List<Change> ends = List.of(
                succeed("task-0001", "t1"),
                fail("task-0001", "t1"),
                new Change.RetryLater("task-0001", "t1", NOW, NOW.plusSeconds(60), FAILURE),
                new Change.Release("task-0001", "t1", null),
                new Change.Release("task-0001", "t1", NOW.plusSeconds(60)),
                new Change.Crash("task-0001", "t1", NOW));
        for (Change end : ends) {
            empty();
            insertMany("m", 1, false, 2);
            apply(claim("task-0001", "t1"));
            assertThat(apply(claim("task-0002", "t2"))).isEqualTo(new Outcome.Blocked("m"));

            assertThat(apply(end)).as(end.toString()).isInstanceOf(Outcome.Done.class);

            assertThat(letGo("m")).as(end.toString()).containsExactly("task-0002");
            assertThat(apply(claim("task-0002", "t2"))).as(end.toString()).isInstanceOf(Outcome.Done.class);
        }
    }

    @Test
    void aPlaceIsFreeWhenAnApplicationHasEndedTheRunInItsOwnTransaction() throws Exception {
        insertMany("m", 1, false, 2);
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));

        try (ApplicationTransaction transaction = ApplicationTransaction.begin(open)) {
            transaction.complete("task-0001").commit();
        }

        assertThat(store.waitedFor()).containsExactly("m");
        assertThat(letGo("m")).containsExactly("task-0002");
        assertThat(apply(claim("task-0002", "t2"))).isInstanceOf(Outcome.Done.class);
        assertThat(store.waitedFor()).isEmpty();
    }

    @Test
    void aPlaceIsFreeWhenSomebodyDeletesTheTaskWhileItRuns() {
        insertMany("m", 1, false, 2);
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));

        open.sql().update("DELETE FROM leek.queued_task WHERE jid = 'task-0001'");
        store.dropLeases(List.of("t1"));

        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void asManyRunAsTheLimitSaysAndNoneMore() {
        insertMany("m", 3, false, 5);

        List<Outcome> first = claimAll(1, 5);

        assertThat(first.subList(0, 3)).allMatch(Outcome.Done.class::isInstance);
        assertThat(first.subList(3, 5)).containsOnly(new Outcome.Blocked("m"));
        apply(succeed("task-0002", "t2"));
        assertThat(letGo("m")).containsExactly("task-0004");
        apply(succeed("task-0001", "t1"));
        apply(succeed("task-0003", "t3"));
        assertThat(letGo("m"))
                .as("one that was let go holds no place until it runs")
                .containsExactly("task-0005");
        assertThat(claimAll(4, 5)).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void noMoreAreLetGoThanThereArePlacesHoweverManyRunsEndAtOnce() {
        insertMany("m", 3, false, 12);
        claimAll(1, 12);
        store.apply(List.of(succeed("task-0001", "t1"), succeed("task-0002", "t2"), succeed("task-0003", "t3")));

        List<Outcome> outcomes =
                store.apply(List.of(new Change.LetGo("m"), new Change.LetGo("m", true), new Change.LetGo("m")));

        assertThat(outcomes.stream()
                        .mapToInt(one -> ((Outcome.Going) one).tasks().size()))
                .containsExactly(3, 0, 0);
        assertThat(letGo("m")).isEmpty();
    }

    @Test
    void oneThatMayRunBesideFewerThanAnotherWaitsForLess() {
        apply(insertLimited("task-0001", "m", 5, 5, false));
        apply(insertLimited("task-0002", "m", 5, 5, false));
        apply(insertLimited("task-0003", "m", 5, 2, false));
        claimAll(1, 2);

        assertThat(apply(claim("task-0003", "t3"))).isEqualTo(new Outcome.Blocked("m"));
        assertThat(letGo("m")).isEmpty();
        apply(succeed("task-0001", "t1"));
        assertThat(letGo("m")).containsExactly("task-0003");
    }

    @Test
    void mutexesDoNotStandInEachOthersWay() {
        apply(insertLimited("task-0001", "m", 5, 1, false));
        apply(insertLimited("task-0002", "n", 5, 1, false));
        apply(insert("task-0003"));

        assertThat(claimAll(1, 3)).allMatch(Outcome.Done.class::isInstance);
    }

    @Test
    void whatWaitsForAMutexIsNotAmongTheReadyOnes() {
        insertMany("m", 1, false, 3);
        apply(insert("task-0009"));
        claimAll(1, 3);

        assertThat(ready()).containsExactly("task-0009");
        assertThat(store.queued()).isEqualTo(4);
        apply(succeed("task-0001", "t1"));
        letGo("m");
        assertThat(ready()).containsExactly("task-0002", "task-0009");
        assertThat(apply(claim("task-0003", "t3"))).as("it waits still").isInstanceOf(Outcome.Lost.class);
    }

    @Test
    void whatWaitsForAMutexDoesNotWaitForAWorker() {
        insertMany("m", 1, false, 3);
        claimAll(1, 2);

        assertThat(store.waiting(NOW)).singleElement().satisfies(waiting -> assertThat(waiting.count())
                .isEqualTo(1));
    }

    @Test
    void theFirstOfThoseThatWaitIsTheNextByPriorityThenByArrival() {
        apply(insertLimited("task-0001", "m", 5, 1, false));
        apply(insertLimited("task-0002", "m", 5, 1, false));
        apply(insertLimited("task-0003", "m", 9, 1, false));
        apply(insertLimited("task-0004", "m", 9, 1, false));
        claimAll(1, 4);
        apply(succeed("task-0001", "t1"));

        for (String next : List.of("task-0003", "task-0004", "task-0002")) {
            assertThat(letGo("m")).containsExactly(next);
            assertThat(apply(claim(next, "token-" + next))).isInstanceOf(Outcome.Done.class);
            apply(succeed(next, "token-" + next));
        }
    }

    @Test
    void anOrderedOneThatWaitsForItsRetryHoldsTheLaterOnesBack() {
        insertMany("m", 1, true, 3);
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));
        apply(new Change.RetryLater("task-0001", "t1", NOW, NOW.plusSeconds(60), FAILURE));

        assertThat(letGo("m")).isEmpty();
        assertThat(apply(claim("task-0003", "t3"))).isEqualTo(new Outcome.Blocked("m"));
        assertThat(store.waitedFor()).isEmpty();

        assertThat(apply(claim("task-0001", "t1b", NOW.plusSeconds(61)))).isInstanceOf(Outcome.Done.class);
        assertThat(letGo("m")).isEmpty();
        apply(succeed("task-0001", "t1b"));
        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void anOrderedOneThatIsGivenBackBeforeItsFirstAttemptIsNotOvertaken() {
        insertMany("m", 1, true, 2);
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));

        assertThat(apply(new Change.Release("task-0001", "t1", null)))
                .as("who gives it back may not know its mutex")
                .isEqualTo(new Outcome.Done(null, "m"));

        assertThat(letGo("m")).isEmpty();
        assertThat(ready()).containsExactly("task-0001");
        assertThat(apply(claim("task-0001", "t1b"))).isInstanceOf(Outcome.Done.class);
        apply(succeed("task-0001", "t1b"));
        assertThat(letGo("m")).containsExactly("task-0002");
        assertThat(apply(claim("task-0002", "t2b"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void anOrderedOneThatIsGivenBackForLaterLetsTheOthersRun() {
        insertMany("m", 1, true, 2);
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));

        apply(new Change.Release("task-0001", "t1", NOW.plusSeconds(60)));

        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void theRetryOfAnOrderedOneIsNotOvertakenByOneWithAHigherPriority() {
        apply(insertLimited("task-0001", "m", 5, 1, true));
        apply(insertLimited("task-0002", "m", 9, 1, true));
        apply(claim("task-0001", "t1"));
        apply(claim("task-0002", "t2"));
        apply(new Change.RetryLater("task-0001", "t1", NOW, NOW.plusSeconds(60), FAILURE));

        assertThat(apply(claim("task-0001", "t1b", NOW.plusSeconds(61)))).isInstanceOf(Outcome.Done.class);
        apply(succeed("task-0001", "t1b"));
        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void anOrderedOneThatIsFailedForGoodHoldsNobodyBack() {
        insertMany("m", 1, true, 2);
        apply(claim("task-0001", "t1"));
        apply(new Change.RetryLater("task-0001", "t1", NOW, NOW, FAILURE));
        apply(claim("task-0002", "t2"));
        apply(claim("task-0001", "t1b"));
        apply(fail("task-0001", "t1b"));

        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void aLaterOrderedOneDoesNotOvertakeOneThatWasLetGo() {
        insertMany("m", 1, true, 3);
        claimAll(1, 2);
        apply(succeed("task-0001", "t1"));
        assertThat(letGo("m")).containsExactly("task-0002");

        assertThat(apply(claim("task-0003", "t3"))).isEqualTo(new Outcome.Blocked("m"));
        assertThat(apply(claim("task-0002", "t2"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void inAnOrderedMutexNobodyIsLetGoBeforeTheOneThatWasLetGoHasRun() {
        insertMany("m", 1, true, 3);
        claimAll(1, 3);
        apply(succeed("task-0001", "t1"));
        assertThat(letGo("m")).containsExactly("task-0002");

        assertThat(letGo("m")).isEmpty();
        assertThat(sweep("m")).isEmpty();

        apply(claim("task-0002", "t2"));
        apply(succeed("task-0002", "t2"));
        assertThat(letGo("m")).containsExactly("task-0003");
    }

    @Test
    void inAnOrderedMutexOneThatComesBeforeTheOneThatWasLetGoIsLetGoToo() {
        insertMany("m", 1, true, 2);
        claimAll(1, 2);
        apply(succeed("task-0001", "t1"));
        assertThat(letGo("m")).containsExactly("task-0002");
        apply(insertLimited("task-0003", "m", 9, 1, true));
        apply(insertLimited("task-0004", "m", 9, 1, true));
        claimAll(3, 4);
        apply(succeed("task-0003", "t3"));

        assertThat(letGo("m")).containsExactly("task-0004");
        assertThat(apply(claim("task-0002", "t2"))).isEqualTo(new Outcome.Blocked("m"));
        assertThat(letGo("m")).isEmpty();
        assertThat(apply(claim("task-0004", "t4"))).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void oneThatWasLetGoAndThatNobodyRunsHoldsTheOthersBackNoLongerThanUntilTheSweep() {
        insertMany("m", 1, false, 4);
        claimAll(1, 4);
        apply(succeed("task-0001", "t1"));
        assertThat(letGo("m")).containsExactly("task-0002");
        assertThat(letGo("m")).isEmpty();

        assertThat(sweep("m")).containsExactly("task-0003");

        apply(claim("task-0003", "t3"));
        apply(succeed("task-0003", "t3"));
        assertThat(letGo("m")).containsExactly("task-0004");
        assertThat(apply(claim("task-0004", "t4"))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(claim("task-0002", "t2"))).isEqualTo(new Outcome.Blocked("m"));
        apply(succeed("task-0004", "t4"));
        assertThat(letGo("m")).containsExactly("task-0002");
    }

    @Test
    void whateverEndsATaskThatWaitsForItsRetryTellsWhoseTurnItMayBe() {
        List<Change> ends = List.of(
                new Change.Cancel("task-0001", NOW),
                new Change.Park("task-0001", NOW, FAILURE),
                new Change.Withdraw("task-0001"));
        for (Change end : ends) {
            empty();
            insertMany("m", 1, true, 2);
            apply(claim("task-0001", "t1"));
            apply(claim("task-0002", "t2"));
            apply(new Change.RetryLater("task-0001", "t1", NOW, NOW.plusSeconds(60), FAILURE));
            assertThat(letGo("m")).as(end.toString()).isEmpty();

            assertThat(apply(end)).as(end.toString()).isEqualTo(new Outcome.Done(null, "m"));

            assertThat(letGo("m")).as(end.toString()).containsExactly("task-0002");
        }
    }

    @Test
    void anUnorderedOneThatWaitsForItsRetryLetsTheOthersRun() {
        insertMany("m", 1, false, 2);
        apply(claim("task-0001", "t1"));
        apply(new Change.RetryLater("task-0001", "t1", NOW, NOW.plusSeconds(60), FAILURE));

        assertThat(apply(claim("task-0002", "t2"))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(claim("task-0001", "t1b", NOW.plusSeconds(61)))).isEqualTo(new Outcome.Blocked("m"));
    }

    @Test
    void aTaskThatIsRetriedByHandHasItsMutexStill() {
        insertMany("m", 1, false, 2);
        apply(claim("task-0001", "t1"));
        apply(fail("task-0001", "t1"));
        apply(claim("task-0002", "t2"));
        apply(new Change.Requeue("task-0001", NOW));

        assertThat(apply(claim("task-0001", "t1b"))).isEqualTo(new Outcome.Blocked("m"));
    }

    @Test
    void aRowWithAMutexInsertedByHandHasOnePlace() {
        for (int i = 1; i <= 2; i++) {
            open.sql()
                    .update("INSERT INTO leek.queued_task (jid, name, payload, mutex) VALUES ('by-hand-" + i
                            + "', 'n', '{\"jid\":\"by-hand-" + i + "\",\"jobtype\":\"n\",\"args\":[]}', 'm')");
        }
        Instant later = Instant.now().plusSeconds(60);

        assertThat(apply(claim("by-hand-1", "t1", later))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(claim("by-hand-2", "t2", later))).isEqualTo(new Outcome.Blocked("m"));
    }

    @Test
    void aRowWithAMutexInsertedByHandHasItStillAfterARetryByHand() {
        open.sql()
                .update("INSERT INTO leek.queued_task (jid, name, payload, mutex) VALUES ('by-hand-1', 'n', '{}', 'm'),"
                        + " ('by-hand-2', 'n', '{}', 'm')");
        Instant later = Instant.now().plusSeconds(60);
        apply(claim("by-hand-1", "t1", later));
        apply(fail("by-hand-1", "t1"));
        apply(new Change.Park("by-hand-2", NOW, FAILURE));
        apply(new Change.Requeue("by-hand-1", NOW));
        apply(new Change.Requeue("by-hand-2", NOW));

        assertThat(apply(claim("by-hand-1", "t1b"))).isInstanceOf(Outcome.Done.class);
        assertThat(apply(claim("by-hand-2", "t2"))).isEqualTo(new Outcome.Blocked("m"));
    }

    @Test
    void aPlainClaimDoesNotGetATaskThatHasAMutex() {
        insertMany("m", 1, false, 1);

        assertThat(apply(Changes.claim("task-0001", "t1"))).isInstanceOf(Outcome.Lost.class);
        assertThat(ready()).containsExactly("task-0001");
    }

    @Test
    void waitersThatAreGoneAreForgotten() {
        insertMany("m", 1, false, 2);
        claimAll(1, 2);
        apply(new Change.Park("task-0002", NOW, FAILURE));
        apply(succeed("task-0001", "t1"));

        assertThat(store.waitedFor()).isEmpty();
        assertThat(open.sql().queryForObject("SELECT COUNT(*) FROM leek.waiter", Integer.class))
                .isZero();
    }

    @Test
    void howeverManyMutexesAreWaitedForThoseWithPlacesAreFoundInAFewLooks() {
        open.sql()
                .update(
                        "INSERT INTO leek.queued_task (jid, seq, name, payload, mutex, waits_for) SELECT 'bulk-' || i, -i,"
                                + " 'n', '{}', 'm' || i, 'm' || i FROM " + numbers(1200));
        open.sql()
                .update(
                        "INSERT INTO leek.waiter (seq, mutex, priority, places, ordered) SELECT -i, 'm' || i, 5, 1, false"
                                + " FROM " + numbers(1200));

        List<String> found = new ArrayList<>();
        for (int look = 1; look <= 3; look++) {
            List<String> page = store.waitedFor();
            assertThat(page).hasSizeBetween(200, 500);
            found.addAll(page);
        }
        assertThat(found).doesNotHaveDuplicates().hasSize(1200);
        assertThat(store.waitedFor()).as("and again from the first one").hasSize(500);
    }

    /** A table of one column. */
    private String numbers(int count) {
        String series = store.description().contains("H2") ? "SYSTEM_RANGE" : "generate_series";
        return series + "(1, " + count + ") AS n(i)";
    }

    @Test
    void aQueueWithARateHandsOutNoMoreInAnyPeriod() {
        for (int i = 1; i <= 25; i++) {
            apply(insert("task-%04d".formatted(i)));
        }

        assertThat(handedOut(1, 12, NOW)).isEqualTo(10);
        assertThat(handedOut(11, 12, NOW.plusSeconds(59))).isZero();
        assertThat(handedOut(11, 15, NOW.plusSeconds(63))).isEqualTo(5);
        assertThat(handedOut(16, 25, NOW.plusSeconds(90))).isEqualTo(5);
        assertThat(handedOut(21, 25, NOW.plusSeconds(122))).isZero();
        assertThat(handedOut(21, 25, NOW.plusSeconds(126))).isEqualTo(5);
    }

    @Test
    void theTimeOfAHandOutIsThatOfTheStoreWhateverTimeItsClaimSays() {
        for (int i = 1; i <= 11; i++) {
            apply(insert("task-%04d".formatted(i)));
        }
        handedOut(1, 10, NOW);

        assertThat(apply(limited("task-0011", "t11", NOW.plusSeconds(300)))).isInstanceOf(Outcome.OverRate.class);
    }

    @Test
    void aTaskOverTheRateStaysAsItWasAndIsToldWhenThereIsTheNext() {
        for (int i = 1; i <= 11; i++) {
            apply(insert("task-%04d".formatted(i)));
        }
        handedOut(1, 10, NOW);

        clock.advance(Duration.ofSeconds(10));
        Outcome outcome = apply(limited("task-0011", "t11", NOW.plusSeconds(10)));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.OverRate.class, over -> assertThat(over.untilNext())
                .isBetween(Duration.ofSeconds(50), Duration.ofSeconds(54)));
        assertThat(ready()).containsExactly("task-0011");
        assertThat(handedOut(11, 11, clock.instant().plus(((Outcome.OverRate) outcome).untilNext())))
                .isEqualTo(1);
    }

    @Test
    void oneThatFindsItsMutexFullUsesUpNothingOfTheRate() {
        insertMany("m", 1, false, 20);

        List<Change> claims = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            claims.add(limited("task-%04d".formatted(i), "t" + i, NOW));
        }
        assertThat(store.apply(claims).stream().filter(Outcome.Done.class::isInstance))
                .hasSize(1);
        for (int i = 21; i <= 29; i++) {
            apply(insert("task-%04d".formatted(i)));
        }
        assertThat(handedOut(21, 29, NOW)).isEqualTo(9);
    }

    @Test
    void tasksWithoutLimitsRunNoStatementOnTheTablesOfLimits() {
        for (String table : List.of("slot", "waiter", "rate")) {
            open.sql().execute("DROP TABLE leek." + table);
        }

        List<Change> life = List.of(
                insert("task-0001"),
                Changes.claim("task-0001", "t1"),
                new Change.Renew("task-0001", "t1", NOW.plusSeconds(60), "server-1"),
                new Change.Release("task-0001", "t1", null),
                Changes.claim("task-0001", "t2"),
                new Change.Crash("task-0001", "t2", NOW),
                Changes.claim("task-0001", "t3"),
                new Change.RetryLater("task-0001", "t3", NOW, NOW, FAILURE),
                Changes.claim("task-0001", "t4"),
                fail("task-0001", "t4"),
                new Change.Requeue("task-0001", NOW),
                Changes.claim("task-0001", "t5"),
                succeed("task-0001", "t5"));

        assertThat(life).allSatisfy(change -> assertThat(apply(change)).isInstanceOf(Outcome.Done.class));
    }

    Outcome apply(Change change) {
        return store.apply(List.of(change)).get(0);
    }

    List<String> letGo(String mutex) {
        return letGo(new Change.LetGo(mutex));
    }

    private List<String> sweep(String mutex) {
        return letGo(new Change.LetGo(mutex, true));
    }

    private List<String> letGo(Change.LetGo change) {
        return ((Outcome.Going) apply(change))
                .tasks().stream().map(Claimable::jid).toList();
    }

    List<Outcome> claimAll(int from, int to) {
        List<Change> claims = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            claims.add(claim("task-%04d".formatted(i), "t" + i));
        }
        return store.apply(claims);
    }

    void insertMany(String mutex, int limit, boolean ordered, int count) {
        for (int i = 1; i <= count; i++) {
            apply(insertLimited("task-%04d".formatted(i), mutex, 5, limit, ordered));
        }
    }

    static Change.Insert insertLimited(String jid, String mutex, int priority, int limit, boolean ordered) {
        String payload = "{\"jid\":\"" + jid + "\",\"jobtype\":\"mailer.welcome\",\"args\":[],\"priority\":" + priority
                + ",\"custom\":{\"leek\":{\"mutex\":{\"name\":\"" + mutex + "\",\"limit\":" + limit + ",\"ordered\":"
                + ordered + "}}}}";
        return new Change.Insert(jid, "mailer.welcome", "default", priority, NOW, NOW, payload, null, mutex, null);
    }

    static Change.LimitedClaim claim(String jid, String token) {
        return claim(jid, token, NOW);
    }

    static Change.LimitedClaim claim(String jid, String token, Instant at) {
        return claim(jid, token, at, null);
    }

    private static Change.LimitedClaim limited(String jid, String token, Instant at) {
        return claim(jid, token, at, TEN_A_MINUTE);
    }

    private static Change.LimitedClaim claim(String jid, String token, Instant at, @Nullable RateLimit rate) {
        return new Change.LimitedClaim(
                jid, null, new Lease(token, at, at.plus(Duration.ofMinutes(30)), "worker-1", "server-1"), rate);
    }

    private long handedOut(int from, int to, Instant at) {
        clock.advance(Duration.between(clock.instant(), at));
        List<Change> claims = new ArrayList<>();
        for (int i = from; i <= to; i++) {
            claims.add(limited("task-%04d".formatted(i), "t" + i, at));
        }
        return store.apply(claims).stream()
                .filter(Outcome.Done.class::isInstance)
                .count();
    }

    private List<String> ready() {
        return store.claimable("default", null, NOW, null, 100).stream()
                .map(Claimable::jid)
                .toList();
    }

    private void empty() {
        Arrays.asList("queued_task", "success_task", "failed_task", "lease", "slot", "waiter")
                .forEach(table -> open.sql().execute("DELETE FROM leek." + table));
    }
}
