/** The queues that are measured, each behind the same few methods. */
@NullMarked
package io.leek.benchmarks.contender;

import org.jspecify.annotations.NullMarked;
