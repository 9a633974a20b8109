package io.leek.server;

import io.leek.LeekException;

/** Everybody on the network could push tasks: an address beyond this machine, and no password. */
public class OpenBindException extends LeekException {

    private static final long serialVersionUID = 1L;

    OpenBindException(BindAddress address) {
        super("leek.bind=" + address + " can be reached from other machines, and no password is set");
    }
}
