package io.leek.spring.tx.crash;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A connection to a teller. */
final class Customer implements AutoCloseable {

    private final Socket socket;
    private final BufferedReader in;

    Customer(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** @throws IOException where the application is gone, so that nobody knows what became of the order */
    String asks(String order) throws IOException {
        socket.getOutputStream().write((order + "\n").getBytes(StandardCharsets.UTF_8));
        String answer = in.readLine();
        if (answer == null) {
            throw new EOFException("The application is gone");
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
