package io.leek.client;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A server whose every word a test says. */
public final class FakeServer implements AutoCloseable {

    private final ServerSocket socket;

    public FakeServer() {
        this(0);
    }

    /** @param port 0 for one that is free */
    public FakeServer(int port) {
        try {
            socket = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(10_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    public ServerAddress address() {
        return new ServerAddress("127.0.0.1", port(), null);
    }

    /** The next client that connects; nothing is said to it yet. */
    public Client accepts() {
        try {
            return new Client(socket.accept());
        } catch (IOException e) {
            throw new UncheckedIOException("no client connected", e);
        }
    }

    /** The next client, after the handshake. */
    public Client greets() {
        Client client = accepts();
        client.says("+HI {\"v\":2}");
        client.hears("HELLO ");
        return client.says("+OK");
    }

    /** Lets a producer in and tells it whose store this is. */
    public Client greetsProducer() {
        Client client = greets();
        client.hears("LEEK CAPS");
        return client.saysBulk("{\"version\":\"1\",\"store\":\"store-1\",\"verbs\":[]}");
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One client's connection. */
    public static final class Client implements AutoCloseable {

        private final Socket socket;
        private final BufferedReader in;

        private Client(Socket socket) throws IOException {
            this.socket = socket;
            socket.setSoTimeout(10_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        public Client says(String... lines) {
            try {
                socket.getOutputStream().write((String.join("\r\n", lines) + "\r\n").getBytes(StandardCharsets.UTF_8));
                return this;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        public Client saysBulk(String json) {
            return says("$" + json.getBytes(StandardCharsets.UTF_8).length, json);
        }

        /** The next line; fails where it does not start as expected. */
        public String hears(String start) {
            try {
                String line = in.readLine();
                if (line == null || !line.startsWith(start)) {
                    fail("expected a line that starts with '%s', but got '%s'", start, line);
                }
                return line;
            } catch (IOException e) {
                throw new UncheckedIOException("expected a line that starts with '" + start + "'", e);
            }
        }

        /** Whether the client says nothing for a moment; what it says later than that is not noticed. */
        public boolean isQuiet() {
            try {
                socket.setSoTimeout(300);
                in.mark(1);
                in.read();
                in.reset();
                return false;
            } catch (SocketTimeoutException e) {
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                try {
                    socket.setSoTimeout(10_000);
                } catch (SocketException e) {
                    fail("its connection is gone", e);
                }
            }
        }

        /** Whether the client has closed its end. */
        public boolean isLeft() {
            try {
                return in.readLine() == null;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
