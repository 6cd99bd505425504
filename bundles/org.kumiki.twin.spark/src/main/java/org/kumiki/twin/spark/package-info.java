/** The runs of a study on the machines of a Spark cluster. */
package org.kumiki.twin.spark;
