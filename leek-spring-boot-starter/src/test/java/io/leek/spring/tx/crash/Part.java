package io.leek.spring.tx.crash;

/** What runs in a process of its own where there are several, and can be killed there. */
enum Part {

    /** Makes the transfers and offloads their receipts; where there is no other part, it is all of them. */
    APPLICATION,

    SERVER,

    /** Looked after by the server. */
    WORKER,

    /** Looked after by nobody: it outlives servers, and its end is noticed after a minute only. */
    LONE_WORKER
}
