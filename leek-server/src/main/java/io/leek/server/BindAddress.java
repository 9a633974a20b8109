package io.leek.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * A host and port to listen at.
 *
 * @param port 0 for one that is free
 */
public record BindAddress(String host, int port) {

    private static final String PROPERTY = "leek.bind";

    /** The companion's port unless told otherwise. */
    public static final int DEFAULT_PORT = 8002;

    /**
     * Reads {@code host:port}, {@code [v6]:port}, {@code host} or {@code :port}.
     *
     * @throws InvalidConfigurationPropertyValueException for anything else
     */
    public static BindAddress parse(String text) {
        int colon = text.lastIndexOf(':');
        boolean bareV6 = text.indexOf(':') != colon && !text.startsWith("[");
        if (colon < 0 || bareV6 || text.endsWith("]")) {
            return new BindAddress(unbracket(text), DEFAULT_PORT);
        }
        String host = unbracket(text.substring(0, colon));
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (port < 0 || port > 65_535) {
                throw new NumberFormatException();
            }
            return new BindAddress(host.isEmpty() ? "0.0.0.0" : host, port);
        } catch (NumberFormatException e) {
            throw new InvalidConfigurationPropertyValueException(
                    PROPERTY, text, "It must be host:port with a port of 0 to 65535");
        }
    }

    /** The addresses of the host; localhost stands for both of its own. */
    List<InetSocketAddress> resolve() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            if (host.equalsIgnoreCase("localhost")) {
                addresses.add(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port));
                addresses.add(new InetSocketAddress(InetAddress.getByName("::1"), port));
            } else {
                addresses.add(new InetSocketAddress(InetAddress.getByName(host), port));
            }
        } catch (UnknownHostException e) {
            throw new InvalidConfigurationPropertyValueException(
                    PROPERTY, toString(), "This machine can't resolve the host", e);
        }
        return addresses;
    }

    boolean isLoopback() {
        return resolve().stream().allMatch(address -> address.getAddress().isLoopbackAddress());
    }

    private static String unbracket(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
