package io.leek.server.crash;

import io.leek.task.TaskJson;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Stands between a worker and its server, within the worker's process, and writes down which outcomes the server has
 * confirmed. Replies come in the order of the commands.
 */
final class Relay {

    private final InetSocketAddress server;
    private final Journal journal;
    private final ServerSocket socket;

    Relay(InetSocketAddress server, Journal journal) throws IOException {
        this.server = server;
        this.journal = journal;
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return socket.getLocalPort();
    }

    private void accept() {
        try {
            while (true) {
                Socket worker = socket.accept();
                daemon(() -> connect(worker));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connect(Socket worker) {
        try (worker;
                Socket upstream = new Socket(server.getAddress(), server.getPort())) {
            worker.setTcpNoDelay(true);
            upstream.setTcpNoDelay(true);
            Queue<Optional<String>> asked = new ConcurrentLinkedQueue<>();
            // The server greets by itself.
            asked.add(Optional.empty());
            daemon(() -> copyCommands(worker, upstream, asked));
            copyReplies(upstream, worker, asked);
        } catch (IOException gone) {
            // The worker connects again.
        }
    }

    private static void copyCommands(Socket worker, Socket upstream, Queue<Optional<String>> asked) {
        try (worker;
                upstream) {
            InputStream in = new BufferedInputStream(worker.getInputStream());
            OutputStream out = upstream.getOutputStream();
            while (true) {
                byte[] line = line(in);
                asked.add(outcome(new String(line, StandardCharsets.UTF_8)));
                out.write(line);
            }
        } catch (IOException gone) {
            // Both ends are closed now.
        }
    }

    private void copyReplies(Socket upstream, Socket worker, Queue<Optional<String>> asked) throws IOException {
        InputStream in = new BufferedInputStream(upstream.getInputStream());
        OutputStream out = worker.getOutputStream();
        while (true) {
            byte[] line = line(in);
            Optional<String> jid = asked.remove();
            if (jid.isPresent() && line[0] == '+') {
                journal.add(Journal.CONFIRMED, jid.get());
            }
            out.write(line);
            if (line[0] == '$' && line[1] != '-') {
                int length = Integer.parseInt(new String(line, 1, line.length - 1, StandardCharsets.US_ASCII).strip());
                out.write(in.readNBytes(length + 2));
            }
        }
    }

    /** The task that a command reports the outcome of. */
    private static Optional<String> outcome(String command) {
        return command.startsWith("ACK ") || command.startsWith("FAIL ")
                ? Optional.of(TaskJson.MAPPER
                        .readTree(command.substring(command.indexOf(' ')))
                        .path("jid")
                        .asString())
                : Optional.empty();
    }

    /** With its end. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        do {
            next = in.read();
            if (next < 0) {
                throw new IOException("the connection has ended");
            }
            line.write(next);
        } while (next != '\n');
        return line.toByteArray();
    }

    private static void daemon(Runnable run) {
        Thread thread = new Thread(run, "relay");
        thread.setDaemon(true);
        thread.start();
    }
}
