package io.leek.spring.tx.crash;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/** A bank at work: its processes and their database, none of which is left once it is closed. */
interface House extends AutoCloseable {

    /** What to kill together in one round. */
    List<Set<Part>> kills();

    /** Starts all. */
    void open() throws Exception;

    /** Of the teller. */
    int port();

    void kill(Part part) throws Exception;

    /** Starts what has been killed; returns once it is there. */
    void startAgain(Part part) throws Exception;

    /** Ends all as it should be ended. */
    void stop() throws Exception;

    /** The database, once all has ended. */
    JdbcTemplate sql();

    /** What the process with the server has printed since it was started last. */
    String output();

    @Override
    void close() throws IOException;
}
