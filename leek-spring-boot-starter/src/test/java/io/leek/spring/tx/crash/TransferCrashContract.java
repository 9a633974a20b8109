package io.leek.spring.tx.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills an application, its server and its workers at random moments while money is moved and receipts are written.
 * {@code -Dleek.tx.rounds} sets how often, by default twice, and {@code -Dleek.tx.seed} what is killed and when.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
abstract class TransferCrashContract {

    private static final int SHORT = 2;
    private static final int FEWEST_ANSWERS = 100;
    private static final int MOST_ANSWERS = 1_000;

    /** Made each time that another part is missing. */
    private static final int ANSWERS_MEANWHILE = 50;

    private static final int IDLE_ROUNDS = 10;
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(4);

    private final int rounds = Integer.getInteger("leek.tx.rounds", SHORT);
    private final long seed = Long.getLong("leek.tx.seed", System.nanoTime());
    private final String as = getClass().getSimpleName() + ", -Dleek.tx.seed=" + seed;
    private final Random random = new Random(seed);
    private final List<Set<Part>> deck = new ArrayList<>();
    private final Map<String, Integer> kills = new TreeMap<>();
    private final AtomicLong ids = new AtomicLong();

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path dir;

    abstract House house(Path folder, boolean isLong) throws Exception;

    @Test
    void eachTransferHasOneReceiptAndEachReceiptItsTransfer() throws Exception {
        System.out.println(as + ", rounds: " + rounds);
        long startedAt = System.nanoTime();
        Journal journal = new Journal(dir.resolve("acknowledged"));
        int idle = 0;
        try (House house = house(dir, rounds > SHORT)) {
            house.open();
            for (int round = 0; round < rounds; ) {
                Set<Part> kill = next(house);
                if (crash(house, journal, kill)) {
                    kills.merge(new TreeSet<>(kill).toString(), 1, Integer::sum);
                    round++;
                } else {
                    deck.add(kill);
                    assertThat(++idle)
                            .as("rounds with too few answers before the kill, %s", as)
                            .isLessThan(IDLE_ROUNDS + rounds);
                }
            }
            awaitEmptyQueue(house);
            house.stop();
            journal.close();
            List<Long> acknowledged = journal.read();
            Books books = new Books(house.sql(), as);
            long transfers = books.check(acknowledged);
            System.out.printf(
                    "%s, kills under load: %s, without: %d, transfers: %d, acknowledged: %d, tasks run again: %d,"
                            + " seconds: %d%n",
                    as,
                    kills,
                    idle,
                    transfers,
                    acknowledged.size(),
                    books.runAgain(),
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedAt));
        } finally {
            journal.close();
        }
    }

    /** Each kind in turn, in an order that is shuffled anew. */
    private Set<Part> next(House house) {
        if (deck.isEmpty()) {
            deck.addAll(house.kills());
            Collections.shuffle(deck, random);
        }
        return deck.remove(0);
    }

    /** Returns whether it came under load. */
    private boolean crash(House house, Journal journal, Set<Part> kill) throws Exception {
        Load load = new Load(house.port(), ids, journal).start(random);
        load.await(random.nextInt(FEWEST_ANSWERS, MOST_ANSWERS));
        long killedAt = System.nanoTime();
        for (Part part : shuffled(kill)) {
            house.kill(part);
        }
        boolean isOpen = !kill.contains(Part.APPLICATION);
        if (isOpen) {
            load.await(ANSWERS_MEANWHILE);
        }
        load.end();
        for (Part part : shuffled(kill)) {
            house.startAgain(part);
            isOpen |= part == Part.APPLICATION;
            if (isOpen) {
                Load meanwhile = new Load(house.port(), ids, journal).start(random);
                meanwhile.await(ANSWERS_MEANWHILE);
                meanwhile.end();
            }
        }
        return load.wasBusyAt(killedAt);
    }

    private List<Part> shuffled(Set<Part> parts) {
        List<Part> list = new ArrayList<>(new TreeSet<>(parts));
        Collections.shuffle(list, random);
        return list;
    }

    private void awaitEmptyQueue(House house) throws Exception {
        try (Customer customer = new Customer(house.port())) {
            await("an empty queue, " + as).atMost(LONGEST_DRAIN).until(() -> customer.asks(Teller.QUEUED), "0"::equals);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(e.getMessage() + "\n" + house.output(), e);
        }
    }
}
