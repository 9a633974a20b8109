package io.leek.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.client.ClientSettings;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.wire.Command;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AnswersTest {

    private final Connector connector = new Connector(
            new ClientSettings(() -> new ServerAddress("localhost", 1, null), Duration.ofSeconds(5), List.of()));
    private final Answers answers = new Answers(connector.open());

    @AfterEach
    void close() {
        connector.close();
    }

    @Test
    void aTaskThatTheServerSaysIsLostIsNotReportedAsHeldAnyMore() {
        answers.taken(task("task-0001", "lease-1"));
        answers.taken(task("task-0002", "lease-2"));

        answers.lost(List.of(new Command.Held("task-0001", "lease-1")));

        assertThat(answers.held()).containsExactly(new Command.Held("task-0002", "lease-2"));
    }

    @Test
    void aTaskThatWasHandedOutToThisWorkerAgainIsHeld() {
        answers.taken(task("task-0001", "lease-2"));

        answers.lost(List.of(new Command.Held("task-0001", "lease-1")));

        assertThat(answers.held()).containsExactly(new Command.Held("task-0001", "lease-2"));
    }

    private static Assignment task(String jid, String lease) {
        return Assignment.parseAll("""
                [{"jid":"%s","jobtype":"a","args":[],"custom":{"leek":{"lease":"%s","attempt":1}}}]""".formatted(jid, lease)).get(0);
    }
}
