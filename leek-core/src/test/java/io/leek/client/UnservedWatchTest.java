package io.leek.client;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.leek.task.TaskJson;
import io.leek.wire.Replies;
import io.leek.wire.Reply;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

class UnservedWatchTest {

    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final List<Replies.Unserved> unserved = new ArrayList<>();
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("io.leek");
    private int questions;
    private final UnservedWatch watch =
            new UnservedWatch(this::answer, timers::add, () -> new ServerAddress("db", 8002, null));

    @BeforeEach
    void listen() {
        lines.start();
        log.addAppender(lines);
    }

    @AfterEach
    void stopListening() {
        log.detachAppender(lines);
    }

    @Test
    void tasksThatNobodyTakesAreSaidOnceWithWhatToDo() {
        unserved.add(waiting("mail", "mailer.welcome"));

        push("mail", "mailer.welcome");
        pass();
        push("mail", "mailer.welcome");
        pass();

        assertThat(said())
                .containsExactly("3 tasks named mailer.welcome wait in queue mail of the Leek server at db:8002 since"
                        + " 2026-01-01T00:00:00Z: start a worker");
    }

    @Test
    void theyAreSaidAgainOnceTheyWereServedInBetween() {
        unserved.add(waiting("default", "a"));
        push(null, "a");
        pass();
        unserved.clear();
        push(null, "a");
        pass();
        unserved.add(waiting("default", "a"));
        push(null, "a");
        pass();

        assertThat(said()).hasSize(2);
    }

    @Test
    void whatOthersHavePushedIsTheirs() {
        unserved.add(waiting("default", "others"));

        push(null, "a");
        pass();

        assertThat(questions).isEqualTo(1);
        assertThat(said()).isEmpty();
    }

    @Test
    void theServerIsAskedOnceForManyPushesAndNotAtAllWithoutOne() {
        assertThat(timers).isEmpty();
        push(null, "a");
        push(null, "b");
        push(null, "c");
        assertThat(timers).hasSize(1);

        pass();
        assertThat(timers).as("b and c were too young").hasSize(1);
        pass();

        assertThat(timers).isEmpty();
        assertThat(questions).isEqualTo(2);
    }

    @Test
    void aServerThatDoesNotKnowTheQuestionIsLeftAlone() {
        UnservedWatch ofOldServer = new UnservedWatch(
                () -> CompletableFuture.completedFuture(Reply.error("unknown command LEEK UNSERVED")),
                timers::add,
                () -> new ServerAddress("db", 8002, null));

        ofOldServer.pushed(List.of(task("default", "a")));
        pass();

        assertThat(said()).isEmpty();
    }

    private CompletableFuture<Reply> answer() {
        questions++;
        return CompletableFuture.completedFuture(Reply.json(unserved));
    }

    private void push(String queue, String name) {
        watch.pushed(List.of(task(queue, name)));
    }

    private void pass() {
        timers.remove().run();
    }

    private List<String> said() {
        return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static ObjectNode task(String queue, String name) {
        ObjectNode task = TaskJson.MAPPER.createObjectNode().put("jobtype", name);
        return queue == null ? task : task.put("queue", queue);
    }

    private static Replies.Unserved waiting(String queue, String name) {
        return new Replies.Unserved(queue, name, 3, Instant.parse("2026-01-01T00:00:00Z"), "start a worker");
    }
}
