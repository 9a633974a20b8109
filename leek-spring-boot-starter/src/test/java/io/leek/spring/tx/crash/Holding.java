package io.leek.spring.tx.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** The test's side of {@link Hold}: hears of a transaction that is held, and lets it go. */
final class Holding implements AutoCloseable {

    private final ServerSocket listening;

    Holding() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        listening.setSoTimeout((int) TimeUnit.MINUTES.toMillis(1));
    }

    int port() {
        return listening.getLocalPort();
    }

    Held awaitHeld() throws IOException {
        Socket socket = listening.accept();
        String pid =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return new Held(socket, Long.parseLong(pid));
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }

    /**
     * A transaction that does not go on.
     *
     * @param pid whose it is
     */
    record Held(Socket socket, long pid) implements AutoCloseable {

        void letGo() throws IOException {
            socket.getOutputStream().write('\n');
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
