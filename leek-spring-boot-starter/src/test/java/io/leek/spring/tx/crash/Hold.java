package io.leek.spring.tx.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.springframework.transaction.support.TransactionSynchronization;

/** Stops a transaction when its last statement is done and its commit has not begun, until another process lets it go. */
final class Hold implements TransactionSynchronization {

    private final int port;

    Hold(int port) {
        this.port = port;
    }

    /** Called once everybody's {@code beforeCommit} has returned, so after Leek's own, which is the last of those. */
    @Override
    public void beforeCompletion() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String line = ProcessHandle.current().pid() + "\n";
            socket.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
            new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
