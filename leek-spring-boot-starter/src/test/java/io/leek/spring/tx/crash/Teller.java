package io.leek.spring.tx.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/** Takes orders, a line each, and answers each with a line once it is carried out. */
final class Teller {

    static final String MOVE = "move";
    static final String MOVE_HELD = "move-held";
    static final String NOTE = "note";

    /** Answered with the number of tasks in the queue. */
    static final String QUEUED = "queued";

    static final String DONE = "done";

    private static final Logger log = LoggerFactory.getLogger(Teller.class);

    private final int port;
    private final Transfers transfers;
    private final JdbcTemplate jdbc;

    Teller(int port, Transfers transfers, JdbcTemplate jdbc) {
        this.port = port;
        this.transfers = transfers;
        this.jdbc = jdbc;
    }

    void start() throws IOException {
        ServerSocket listening = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        daemon(() -> {
            while (true) {
                Socket socket = listening.accept();
                daemon(() -> serve(socket));
            }
        });
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            socket.getOutputStream().write((answer(line) + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    private String answer(String line) {
        List<String> words = List.of(line.split(" "));
        List<String> rest = words.subList(1, words.size());
        try {
            return carryOut(words.get(0), rest);
        } catch (RuntimeException e) {
            log.error("An order could not be carried out: {}", line, e);
            return "failed: " + e;
        }
    }

    private String carryOut(String order, List<String> words) {
        switch (order) {
            case MOVE -> transfers.move(Transfer.of(words), false);
            case MOVE_HELD -> transfers.move(Transfer.of(words), true);
            case NOTE -> transfers.note(Long.parseLong(words.get(0)));
            case QUEUED -> {
                return String.valueOf(jdbc.queryForObject("SELECT count(*) FROM leek.queued_task", Long.class));
            }
            default -> throw new IllegalArgumentException("There is no order " + order);
        }
        return DONE;
    }

    private interface Work {

        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                "teller");
        thread.setDaemon(true);
        thread.start();
    }
}
