package io.leek.server.listen;

import static org.assertj.core.api.Assertions.assertThat;

import io.leek.server.ServerRig;
import io.leek.server.store.StoreSettings;
import io.leek.wire.Command;
import io.leek.wire.Reply;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HandshakeTimeTest {

    @TempDir
    Path dir;

    @Test
    void aClientThatDoesNotSayHelloWithinTenSecondsIsClosed() {
        try (ServerRig server = ServerRig.start(new StoreSettings.Location.File(dir))) {
            EmbeddedChannel silent = connect(server);
            EmbeddedChannel polite = connect(server);
            polite.writeInbound(new Command.Hello(2, null, null, null, null, null, null));
            assertThat(polite.<Reply>readOutbound()).isEqualTo(new Reply.Text("HI {\"v\":2}"));
            assertThat(polite.<Reply>readOutbound()).isEqualTo(Reply.OK);

            pass(9, silent, polite);
            assertThat(silent.isOpen()).isTrue();

            pass(1, silent, polite);
            assertThat(silent.isOpen()).isFalse();
            assertThat(polite.isOpen()).isTrue();
        }
    }

    private static EmbeddedChannel connect(ServerRig server) {
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        channel.pipeline().addLast(new Session(server.requests(), new Access(null, false)));
        channel.pipeline().fireChannelActive();
        return channel;
    }

    private static void pass(int seconds, EmbeddedChannel... channels) {
        for (EmbeddedChannel channel : channels) {
            channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
            channel.runScheduledPendingTasks();
        }
    }
}
