package io.leek.server.recovery;

/** What a worker's id tells. A worker in the server's process, or supervised by it, has the server's id in its own. */
public final class WorkerIds {

    private static final String LEEK = "leek-";

    private WorkerIds() {}

    /** The id of a worker that ends with its server. */
    public static String of(String serverId, String suffix) {
        return LEEK + serverId + "/" + suffix;
    }

    static boolean isLeek(String workerId) {
        return workerId.startsWith(LEEK);
    }

    static boolean livedWith(String serverId, String workerId) {
        return workerId.startsWith(LEEK + serverId + "/");
    }
}
