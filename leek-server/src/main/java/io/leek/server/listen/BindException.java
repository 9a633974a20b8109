package io.leek.server.listen;

import io.leek.LeekException;
import java.net.InetSocketAddress;

/** An address to listen at could not be had: its port is taken, or it is none of this machine's. */
public class BindException extends LeekException {

    private static final long serialVersionUID = 1L;

    private final transient InetSocketAddress address;

    BindException(InetSocketAddress address, Throwable cause) {
        super(
                "Leek's server can't listen at " + address.getHostString() + ":" + address.getPort() + ": "
                        + cause.getMessage(),
                cause);
        this.address = address;
    }

    /** The address that was asked for. */
    public InetSocketAddress address() {
        return address;
    }
}
