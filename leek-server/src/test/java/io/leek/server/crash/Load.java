package io.leek.server.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Pipelined pushes on several connections, until it is ended or its server is gone. */
final class Load {

    private static final int CONNECTIONS = 8;
    private static final int WINDOW = 64;
    private static final int BUSY_REPLIES = 100;
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MOST_TASKS = 50_000;

    private final Pushed pushed;
    private final AtomicInteger tasksLeft = new AtomicInteger(MOST_TASKS);
    private final Queue<Long> replies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger repliesLeft;
    private final CompletableFuture<Void> enoughReplies = new CompletableFuture<>();
    private final List<CompletableFuture<Void>> ends = new ArrayList<>();
    private volatile boolean ending;

    private Load(Pushed pushed, int replies) {
        this.pushed = pushed;
        repliesLeft = new AtomicInteger(replies);
    }

    /** @param replies how many are enough */
    static Load start(int port, Pushed pushed, int replies) throws IOException {
        Load load = new Load(pushed, replies);
        for (int i = 0; i < CONNECTIONS; i++) {
            new Pusher(load, port).start();
        }
        return load;
    }

    void awaitReplies() throws Exception {
        enoughReplies.get(2, TimeUnit.MINUTES);
    }

    /** Whether at least 100 replies came in the 100 ms before a moment. */
    boolean wasBusyAt(long moment) {
        return replies.stream()
                        .filter(at -> at - moment <= 0 && moment - at < BUSY_NANOS)
                        .count()
                >= BUSY_REPLIES;
    }

    /** Pushes nothing more and waits for the replies that are still to come. */
    void end() throws Exception {
        ending = true;
        CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(1, TimeUnit.MINUTES);
    }

    /** One connection: a thread that writes and one that reads. */
    private static final class Pusher {

        private final Load load;
        private final Socket socket;
        private final BufferedReader in;
        private final Queue<String> unanswered = new ConcurrentLinkedQueue<>();
        private final Semaphore window = new Semaphore(WINDOW);

        Pusher(Load load, int port) throws IOException {
            this.load = load;
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            in.readLine();
            send("HELLO {\"v\":2}");
            in.readLine();
        }

        void start() {
            load.ends.add(CompletableFuture.allOf(run(this::write), run(this::read)));
        }

        private static CompletableFuture<Void> run(Runnable run) {
            return CompletableFuture.runAsync(run, task -> new Thread(task, "load").start());
        }

        private void write() {
            try (socket) {
                while (!load.ending && load.tasksLeft.getAndDecrement() > 0) {
                    window.acquireUninterruptibly();
                    String jid = load.pushed.next();
                    unanswered.add(jid);
                    send("PUSH {\"jid\":\"" + jid + "\",\"jobtype\":\"" + Pushed.name(jid)
                            + "\",\"args\":[\"thirty bytes of an argument...\"],\"retry\":0}");
                }
                window.acquireUninterruptibly(WINDOW);
            } catch (IOException gone) {
                // What has no answer is pushed again.
            }
        }

        private void read() {
            try {
                for (String reply = in.readLine(); reply != null; reply = in.readLine()) {
                    load.answered(unanswered.remove(), reply);
                    window.release();
                }
            } catch (IOException gone) {
                // As at the end of the stream.
            } finally {
                window.release(2 * WINDOW);
                close();
                unanswered.forEach(load.pushed::inDoubt);
            }
        }

        private void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void send(String line) throws IOException {
            socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private void answered(String jid, String reply) {
        replies.add(System.nanoTime());
        if (!reply.equals("+OK")) {
            throw new IllegalStateException("The answer to a PUSH should be +OK, but is " + reply);
        }
        pushed.acknowledged(jid);
        if (repliesLeft.decrementAndGet() == 0) {
            enoughReplies.complete(null);
        }
    }
}
