package io.leek.server.crash;

import io.leek.server.Companion;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Counts from the outside how many tasks run at the same time, in whatever processes. A task connects when it begins, says
 * its process and waits to be let out. A process that is killed runs nothing any more, whatever its connections say.
 */
final class Turnstile implements AutoCloseable {

    private static final long LONGEST_SECONDS = 120;

    private final ServerSocket door = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final Map<Socket, Long> inside = new HashMap<>();
    private final Semaphore exits = new Semaphore(0);
    private int most;
    private int left;

    Turnstile() throws IOException {
        thread(this::open);
    }

    /** Called in the process of the task; returns once it is let out. */
    static void pass(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String pid = ProcessHandle.current().pid() + "\n";
            socket.getOutputStream().write(pid.getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() < 0) {
                throw new IOException("the test has ended");
            }
        }
    }

    int port() {
        return door.getLocalPort();
    }

    /** Lets so many out, those inside or the next. */
    void letOut(int count) {
        exits.release(count);
    }

    /** Waits until so many are inside, and returns the process of one of them. */
    synchronized long awaitInside(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (alive() != count) {
            awaitChange(deadline, count + " inside");
        }
        return inside.values().stream().filter(Turnstile::isAlive).findFirst().orElseThrow();
    }

    synchronized void awaitLeft(int count) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
        while (left < count) {
            awaitChange(deadline, count + " let out");
        }
    }

    private void awaitChange(long deadline, String expected) throws InterruptedException {
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (millis <= 0) {
            throw new AssertionError(
                    "expected " + expected + ", but " + alive() + " are inside and " + left + " were let out");
        }
        wait(Math.min(millis, 1_000));
    }

    /** The most that were inside at the same time. */
    synchronized int most() {
        return most;
    }

    private void open() {
        try {
            while (true) {
                Socket socket = door.accept();
                thread(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The end of the test.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            enter(socket, Long.parseLong(in.readLine()));
            thread(() -> letOut(socket));
            in.read();
        } catch (IOException killed) {
            // It is gone, as at the end.
        }
        leave(socket, false);
    }

    private void letOut(Socket socket) {
        exits.acquireUninterruptibly();
        if (!leave(socket, true)) {
            exits.release();
            return;
        }
        try {
            socket.getOutputStream().write('\n');
        } catch (IOException killed) {
            // It was let out all the same.
        }
    }

    private synchronized void enter(Socket socket, long pid) {
        inside.put(socket, pid);
        most = Math.max(most, alive());
        notifyAll();
    }

    private synchronized boolean leave(Socket socket, boolean isLetOut) {
        boolean wasInside = inside.remove(socket) != null;
        left += wasInside && isLetOut ? 1 : 0;
        notifyAll();
        return wasInside;
    }

    private int alive() {
        return (int) inside.values().stream().filter(Turnstile::isAlive).count();
    }

    private static boolean isAlive(long pid) {
        char state = Companion.state(pid);
        return state != ' ' && state != 'Z' && state != 'X';
    }

    private static void thread(Runnable run) {
        Thread thread = new Thread(run, "turnstile");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        door.close();
    }
}
