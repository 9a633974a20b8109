package io.leek.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.FakeServer;
import io.leek.wire.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.node.JsonNodeFactory;

/** Time passes when the test lets what was put off happen. */
@Timeout(60)
class RunsUnderWayTest {

    private final FakeServer server = new FakeServer();
    private final Connector connector =
            new Connector(new ClientSettings(server::address, Duration.ofSeconds(20), List.of()));
    private final Handlers handlers = new Handlers();
    private final List<Duration> waits = new ArrayList<>();
    private final List<Runnable> later = new ArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);
    private FakeServer.Client control;
    private RunsUnderWay runs;

    @BeforeEach
    void start() {
        Answers answers = new Answers(connector.open("w-1"), new HeldTasks());
        runs = new RunsUnderWay(answers, (what, in) -> {
            waits.add(in);
            later.add(what);
            return new CompletableFuture<>();
        });
        control = server.greets();
        handlers.on("deaf", args -> {
            begun.countDown();
            while (goOn.getCount() > 0) {
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    continue;
                }
            }
            return "done";
        });
    }

    @AfterEach
    void stop() {
        goOn.countDown();
        control.close();
        server.close();
        connector.close();
    }

    @Test
    void aTaskThatIgnoresTheInterruptIsOverForTheServerAndKeepsItsThread() {
        CompletableFuture<Boolean> toBeTold = begin(Duration.ofMinutes(1));
        assertThat(waits).containsExactly(Duration.ofMinutes(1));

        later.get(0).run();
        assertThat(waits).containsExactly(Duration.ofMinutes(1), RunsUnderWay.PATIENCE);
        later.get(1).run();

        assertThat(control.hears("FAIL ")).contains("\"reason\":\"timeout\"", "lease-1");
        assertThat(toBeTold).isNotDone();
        goOn.countDown();
        assertThat(toBeTold.join()).as("what it says later").isFalse();
    }

    @Test
    void aTaskThatEndsAfterTheInterruptAnswersForItself() {
        CompletableFuture<Boolean> toBeTold = begin(Duration.ofMinutes(1));

        later.get(0).run();
        goOn.countDown();

        assertThat(toBeTold.join()).isTrue();
        later.get(1).run();
        assertThat(control.isQuiet()).as("it is not ended a second time").isTrue();
    }

    @Test
    void aTaskIsInterruptedOnce() {
        CompletableFuture<Boolean> toBeTold = begin(null);
        assertThat(waits).as("without a timeout there is nothing to wait for").isEmpty();

        runs.cancel(List.of("lease-1"));
        runs.cancel(List.of("lease-1"));

        assertThat(waits).containsExactly(RunsUnderWay.PATIENCE);
        goOn.countDown();
        assertThat(toBeTold.join()).isTrue();
    }

    /** Whether the run's own answer counts, once it has ended. */
    private CompletableFuture<Boolean> begin(Duration timeout) {
        Assignment task =
                new Assignment("task-0001", "deaf", JsonNodeFactory.instance.arrayNode(), "lease-1", 1, 0, timeout);
        CompletableFuture<Boolean> toBeTold = CompletableFuture.supplyAsync(() -> {
            Run run = new Run(handlers, task, Reported.NOTHING);
            runs.begin(run);
            Command answer = run.perform();
            runs.end();
            return run.isToBeTold(answer);
        });
        try {
            begun.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return toBeTold;
    }
}
