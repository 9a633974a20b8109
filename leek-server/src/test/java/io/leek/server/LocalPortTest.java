package io.leek.server;

import static io.leek.server.ConversationContract.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.leek.LeekUnavailableException;
import io.leek.client.ClientSettings;
import io.leek.client.Connection;
import io.leek.client.Connector;
import io.leek.client.ServerAddress;
import io.leek.server.store.StoreSettings;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client and a server in one process. */
@Timeout(60)
class LocalPortTest {

    @TempDir
    Path dir;

    private ServerRig server;
    private Connector connector;

    @BeforeEach
    void start() {
        server = ServerRig.start(new StoreSettings.Location.File(dir));
        ServerAddress address = ServerAddress.local(server.localAddress(), null);
        connector = Connector.local(new ClientSettings(() -> address, Duration.ofSeconds(20), List.of()));
    }

    @AfterEach
    void stop() {
        connector.close();
        server.close();
    }

    @Test
    void moreThanTheServerTakesUpAtOnceIsAnsweredInOrder() {
        Connection connection = connector.open();
        List<Integer> answered = Collections.synchronizedList(new ArrayList<>());

        List<CompletableFuture<Void>> replies = IntStream.range(0, 3_000)
                .mapToObj(i -> connection
                        .send(new Command.Push(record("task-" + (10_000 + i), "")))
                        .thenAccept(reply -> answered.add(reply.equals(Reply.OK) ? i : -1)))
                .toList();

        assertThat(CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)))
                .succeedsWithin(Duration.ofSeconds(50));
        assertThat(answered)
                .containsExactlyElementsOf(IntStream.range(0, 3_000).boxed().toList());
    }

    @Test
    void whatIsTooLongForALineIsRefused() {
        Connection connection = connector.open();
        Connection other = connector.open();
        assertThat(other.send(new Command.Queues()).join()).isInstanceOf(Reply.Bulk.class);
        String tooLong = record("task-10001", "").replace("]", "\"" + "x".repeat(ServerRig.MAX_LINE) + "\"]");

        for (Command command : List.of(new Command.Push(tooLong), new Command.Ack("task-10001", tooLong, null))) {
            assertThat(connection.send(command).join())
                    .isInstanceOfSatisfying(Reply.Failure.class, failure -> assertThat(failure.message())
                            .contains("at most"));
        }
        assertThat(other.send(new Command.Push(record("task-10002", ""))).join())
                .isEqualTo(Reply.OK);
    }

    @Test
    void oneClientThatEndsLeavesTheOthersTheirs() {
        Connection first = connector.open();
        assertThat(first.send(new Command.Queues()).join()).isInstanceOf(Reply.Bulk.class);
        try (Connector other = Connector.local(connector.settings())) {
            assertThat(other.open().send(new Command.Queues()).join()).isInstanceOf(Reply.Bulk.class);
        }

        assertThat(first.send(new Command.Queues()).join()).isInstanceOf(Reply.Bulk.class);
    }

    @Test
    void aServerThatStopsIsGoneForItsClients() {
        Connection connection = connector.open();
        assertThat(connection.send(new Command.Queues()).join()).isInstanceOf(Reply.Bulk.class);

        server.close();

        assertThatThrownBy(() -> connection.send(new Command.Queues()).join())
                .hasCauseInstanceOf(LeekUnavailableException.class)
                .hasMessageContaining("The Leek server at localhost (in this process)");
    }
}
