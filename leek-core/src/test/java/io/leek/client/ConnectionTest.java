package io.leek.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.leek.LeekUnavailableException;
import io.leek.client.FakeServer.Client;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.local.LocalAddress;
import io.netty.channel.local.LocalServerChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ConnectionTest {

    private static final Duration LONG = Duration.ofSeconds(20);

    private FakeServer server = new FakeServer();
    private Connector connector = connector(LONG);

    @AfterEach
    void close() {
        connector.close();
        server.close();
    }

    @Test
    void theHandshakeComesFirstAndAnswersAChallenge() throws Exception {
        ServerAddress address = new ServerAddress("127.0.0.1", server.port(), "p\u00e4ss");
        connector = new Connector(new ClientSettings(() -> address, LONG, List.of("java")));
        Connection connection = connector.open();
        CompletableFuture<Reply> reply = connection.send(new Command.Info());

        Client client = server.accepts().says("+HI {\"v\":2,\"i\":1545,\"s\":\"55104dc76695721d\"}");
        assertThat(client.hears("HELLO "))
                .contains(
                        "\"v\":2",
                        "\"labels\":[\"java\"]",
                        "\"pid\":",
                        "\"pwdhash\":\"21b085d1930cc9c9541e25bea8ba0ab1bf8a044bdd7ed7b2c00aa338d960833e\"")
                .doesNotContain("wid");
        client.says("+OK");
        client.hears("INFO");
        client.says("$-1");

        assertThat(reply.get()).isEqualTo(Reply.NIL);
    }

    @Test
    void repliesBelongToTheirRequestsInOrder() throws Exception {
        Connection connection = connector.open();
        Client client = server.greets();
        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            replies.add(connection.send(new Command.Push("{\"n\":" + i + "}")));
        }

        for (int i = 0; i < 100; i++) {
            client.hears("PUSH {\"n\":" + i + "}");
        }
        for (int i = 0; i < 100; i++) {
            client.says("+" + i);
        }

        for (int i = 0; i < 100; i++) {
            assertThat(replies.get(i).get()).isEqualTo(new Reply.Text(String.valueOf(i)));
        }
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeMayHaveBeenTaken() {
        Connection connection = connector.open();
        Client client = server.greets();

        CompletableFuture<Reply> reply = connection.send(new Command.Push("{}"), Duration.ofMillis(50));

        LeekUnavailableException e = unavailable(reply);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e.port()).isEqualTo(server.port());
        assertThat(e)
                .hasMessageContaining("did not answer within PT0.05S")
                .hasMessageContaining("whether it took the request is not known");
        client.hears("PUSH {}");
    }

    @Test
    void aRequestThatIsNotAnsweredInTimeEndsTheConnectionAndTheNextGoesOverAnother() throws Exception {
        Connection connection = connector.open();
        Client client = server.greets();
        CompletableFuture<Reply> other = connection.send(new Command.Push("{\"n\":1}"));
        unavailable(connection.send(new Command.Push("{\"n\":2}"), Duration.ofMillis(50)));

        LeekUnavailableException e = unavailable(other);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e).hasMessageContaining("it did not answer an earlier request within PT0.05S");
        client.hears("PUSH {\"n\":1}");
        client.hears("PUSH {\"n\":2}");
        assertThat(client.isLeft()).isTrue();

        CompletableFuture<Reply> next = connection.send(new Command.Push("{\"n\":3}"));
        Client again = server.greets();
        again.hears("PUSH {\"n\":3}");
        again.says("+third");
        assertThat(next.get()).isEqualTo(new Reply.Text("third"));
    }

    @Test
    void aServerThatVanishedFailsRequestsAtOnceAfterTheFirstThatWaited() throws Exception {
        connector = connector(Duration.ofMillis(300));
        Connection connection = connector.open();
        Client client = server.greets();
        unavailable(connection.send(new Command.Info()));
        client.hears("INFO");
        server.accepts();

        // The reconnect is taken but never answered, so this waits for the handshake to be overdue.
        assertThat(unavailable(connection.send(new Command.Info(), LONG)).isOutcomeUnknown())
                .isFalse();
        assertThatThrownBy(() -> connection.send(new Command.Info(), LONG).get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LeekUnavailableException.class);
    }

    @Test
    void aConnectionThatBreaksLeavesTheOutcomeUnknown() {
        Connection connection = connector.open();
        Client client = server.greets();
        CompletableFuture<Reply> reply = connection.send(new Command.Push("{}"));
        client.hears("PUSH");

        client.close();

        LeekUnavailableException e = unavailable(reply);
        assertThat(e.isOutcomeUnknown()).isTrue();
        assertThat(e).hasMessageContaining("ended the connection before it answered");
    }

    @Test
    void aLostConnectionIsMadeAgain() throws Exception {
        Connection connection = connector.open();
        server.greets().close();
        Client again = server.greets();
        connection.whenConnected().get();

        CompletableFuture<Reply> reply = connection.send(new Command.Info());
        again.hears("INFO");
        again.says("+there");

        assertThat(reply.get()).isEqualTo(new Reply.Text("there"));
    }

    @Test
    void everyRequestThatWaitedForAServerThatIsNotThereFails() {
        int port = server.port();
        server.close();
        Connection connection = connector.open();

        List<CompletableFuture<Reply>> replies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            replies.add(connection.send(new Command.Info()));
        }

        for (CompletableFuture<Reply> reply : replies) {
            LeekUnavailableException e = unavailable(reply);
            assertThat(e.isOutcomeUnknown()).isFalse();
            assertThat(e).hasMessageStartingWith("The Leek server at 127.0.0.1:" + port + " is not there");
        }
    }

    @Test
    void aServerKnownToBeDownFailsAtOnceAndIsFoundWhenItIsThere() throws Exception {
        int port = server.port();
        server.close();
        Connection connection = connector.open();
        unavailable(connection.send(new Command.Info()));

        // Its own time-out is 20 s.
        assertThatThrownBy(() -> connection.send(new Command.Info()).get(5, TimeUnit.SECONDS))
                .hasCauseInstanceOf(LeekUnavailableException.class);
        server = new FakeServer(port);
        Client client = server.greets();
        connection.whenConnected().get();
        CompletableFuture<Reply> reply = connection.send(new Command.Info());
        client.hears("INFO");
        client.says("+OK");

        assertThat(reply.get()).isEqualTo(Reply.OK);
    }

    @Test
    void aPeerThatTakesConnectionsAndSaysNothingCountsAsDown() throws Exception {
        connector = connector(Duration.ofMillis(200));
        Connection connection = connector.open();
        Client silent = server.accepts();

        LeekUnavailableException e = unavailable(connection.send(new Command.Push("{}"), LONG));

        assertThat(e).hasMessageContaining("did not finish the handshake within PT0.2S");
        assertThat(e.isOutcomeUnknown()).isFalse();
        assertThat(silent.isLeft()).isTrue();
        server.greets();
        connection.whenConnected().get();
    }

    /** A server of the same process that closes while somebody connects leaves it waiting. */
    @Test
    void aConnectionThatNobodyTakesCountsAsDown() {
        DefaultEventLoopGroup loop = new DefaultEventLoopGroup(1);
        try {
            Channel port = new Bootstrap()
                    .group(loop)
                    .channel(LocalServerChannel.class)
                    .handler(new ChannelInboundHandlerAdapter() {
                        @Override
                        public void channelRead(ChannelHandlerContext context, Object accepted) {}
                    })
                    .bind(LocalAddress.ANY)
                    .syncUninterruptibly()
                    .channel();
            ServerAddress address = ServerAddress.local(port.localAddress(), null);
            connector.close();
            connector = Connector.local(new ClientSettings(() -> address, Duration.ofMillis(200), List.of()));
            Connection connection = connector.open();

            assertThat(unavailable(connection.send(new Command.Info(), LONG)))
                    .hasMessageContaining("did not take the connection within PT0.2S");
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    @Test
    void whatIsNoLeekServerIsSaidToBeNone() {
        Connection connection = connector.open();
        CompletableFuture<Reply> reply = connection.send(new Command.Info());

        server.accepts().says("HTTP/1.1 400 Bad Request");

        assertThat(unavailable(reply)).hasMessageContaining("is it a Leek server?");
    }

    @Test
    void aRefusedPasswordIsTold() {
        Connection connection = connector.open();
        CompletableFuture<Reply> reply = connection.send(new Command.Info());

        Client client = server.accepts().says("+HI {\"v\":2}");
        client.hears("HELLO ");
        client.says("-ERR Invalid password");

        assertThat(unavailable(reply)).hasMessageContaining("it refused the handshake: Invalid password");
    }

    @Test
    void aMissingPasswordIsToldBeforeHello() {
        Connection connection = connector.open();
        CompletableFuture<Reply> reply = connection.send(new Command.Info());

        server.accepts().says("+HI {\"v\":2,\"i\":10,\"s\":\"ab\"}");

        assertThat(unavailable(reply)).hasMessageContaining("it asks for a password: set leek.password");
    }

    @Test
    void theGreetingGoesFirstAgainAfterEachReconnectAndItsAnswerIsHeard() throws Exception {
        Command hello = new Command.Listen("w-1");
        BlockingQueue<Reply> heard = new LinkedBlockingQueue<>();
        connector.open("w-1", new Greeting() {
            @Override
            public Command command() {
                return hello;
            }

            @Override
            public void answered(Command command, Reply reply) {
                assertThat(command).isSameAs(hello);
                heard.add(reply);
            }
        });
        for (int i = 0; i < 2; i++) {
            Client client = server.accepts().says("+HI {\"v\":2}");
            assertThat(client.hears("HELLO ")).contains("\"wid\":\"w-1\"");
            client.says("+OK");
            client.hears("LEEK LISTEN {\"wid\":\"w-1\"}");
            client.saysBulk("{}");
            assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(new Reply.Bulk("{}"));
            client.close();
        }
    }

    @Test
    void aClosedConnectionSaysSoAndTellsTheServer() {
        Connection connection = connector.open();
        Client client = server.greets();
        connection.whenConnected().join();

        connection.close();

        client.hears("END");
        assertThat(client.isLeft()).isTrue();
        assertThat(unavailable(connection.send(new Command.Info()))).hasMessageContaining("this client is closed");
        assertThat(connection.whenConnected()).failsWithin(LONG);
    }

    @Test
    void aClosedConnectorLeavesNobodyWaiting() {
        Connection connection = connector.open();
        server.greets();

        connector.close();
        connection.close();

        assertThat(unavailable(connection.send(new Command.Info()))).hasMessageContaining("this client is closed");
        assertThat(connection.whenConnected()).failsWithin(LONG);
    }

    private Connector connector(Duration timeout) {
        ServerAddress address = server.address();
        return new Connector(new ClientSettings(() -> address, timeout, List.of()));
    }

    private static LeekUnavailableException unavailable(CompletableFuture<Reply> reply) {
        ExecutionException e = catchThrowableOfType(ExecutionException.class, () -> reply.get(10, TimeUnit.SECONDS));
        assertThat(e).as("the failure of a request").isNotNull();
        assertThat(e.getCause()).isInstanceOf(LeekUnavailableException.class);
        return (LeekUnavailableException) e.getCause();
    }
}
