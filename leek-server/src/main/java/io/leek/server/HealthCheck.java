package io.leek.server;

import io.leek.task.TaskJson;
import io.leek.wire.Command;
import io.leek.wire.PasswordHash;
import io.leek.wire.Replies;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Asks a companion whether it takes work, as a client would: over its socket, with its password, down to the database. It
 * stays with a plain socket, for a start that is over before Netty would have begun.
 */
record HealthCheck(InetSocketAddress address, @Nullable String password, Duration timeout) {

    private static final int VERSION = 2;

    /** The longest that a greeting or an answer can be. */
    private static final int MAX_LINE = 4_096;

    /** @throws UnhealthyException where it is not there, doesn't let this client in or can't write to its store */
    void run() throws UnhealthyException {
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) timeout.toMillis());
            socket.setSoTimeout((int) timeout.toMillis());
            BufferedReader replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            Replies.Hi hi = greeting(line(replies));
            send(socket, new Command.Hello(VERSION, null, null, null, null, hash(hi), null));
            expectOk(line(replies), "refused the handshake");
            // Nobody has a task of this id, so nothing changes; but the server has to ask its store within a
            // transaction.
            send(socket, new Command.Ack(UUID.randomUUID().toString(), null, null));
            expectOk(line(replies), "can't use its store");
            send(socket, new Command.End());
        } catch (SocketTimeoutException e) {
            throw UnhealthyException.late(timeout);
        } catch (IOException e) {
            throw new UnhealthyException(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    /** The address at which a client on this machine reaches a server that listens there. */
    static InetSocketAddress of(BindAddress bind) {
        InetSocketAddress address = bind.resolve().get(0);
        return address.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), address.getPort())
                : address;
    }

    private static Replies.Hi greeting(String line) throws UnhealthyException {
        if (!line.startsWith("+HI ")) {
            throw new UnhealthyException("what listens there is no Leek server, it did not say HI");
        }
        return TaskJson.MAPPER.readValue(line.substring(4), Replies.Hi.class);
    }

    private @Nullable String hash(Replies.Hi hi) throws UnhealthyException {
        if (hi.s() == null) {
            return null;
        }
        if (password == null) {
            throw new UnhealthyException(
                    "it asks for a password; give this command the leek.password of the companion");
        }
        return PasswordHash.of(password, hi.s(), hi.i() == null ? 1 : hi.i());
    }

    private static void send(Socket socket, Command command) throws IOException {
        String line = (command.verb() + " " + command.argument()).strip() + "\r\n";
        socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
    }

    private static void expectOk(String line, String what) throws UnhealthyException {
        if (!line.equals("+OK")) {
            throw new UnhealthyException("it " + what + ": " + line.replaceFirst("^-(ERR )?", ""));
        }
    }

    private static String line(BufferedReader replies) throws IOException, UnhealthyException {
        StringBuilder line = new StringBuilder();
        for (int next = replies.read(); next != '\n'; next = replies.read()) {
            if (next < 0 || line.length() == MAX_LINE) {
                throw new UnhealthyException(next < 0 ? "it closed the connection" : "it sent a line without an end");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    /** Why a server can't take work now. */
    static final class UnhealthyException extends Exception {

        private static final long serialVersionUID = 1L;

        UnhealthyException(String reason) {
            super(reason);
        }

        static UnhealthyException late(Duration timeout) {
            return new UnhealthyException("it did not answer within " + timeout.toMillis() + " ms");
        }
    }
}
