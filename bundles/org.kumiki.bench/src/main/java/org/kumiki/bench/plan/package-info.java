/** Measures brains without a platform: placing, packing and moving in a datacenter that exists on paper only. */
package org.kumiki.bench.plan;
