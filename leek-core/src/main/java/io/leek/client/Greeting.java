package io.leek.client;

import io.leek.wire.Command;
import io.leek.wire.Reply;

/** What a client says first on a connection, after each handshake. */
public interface Greeting {

    /** The command to send before any other. */
    Command command();

    /** Takes the answer to such a command. */
    void answered(Command command, Reply reply);
}
