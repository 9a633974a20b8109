/** Who gets which task when: ready windows, leases, workers, the schedule. */
@NullMarked
package io.leek.server.dispatch;

import org.jspecify.annotations.NullMarked;
