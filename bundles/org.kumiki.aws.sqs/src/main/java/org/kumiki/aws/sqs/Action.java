package org.kumiki.aws.sqs;

import java.util.Arrays;
import java.util.Optional;

/** What a policy may allow others to do with a queue. The rest only its owner may. */
enum Action {
    SEND("SendMessage"), RECEIVE("ReceiveMessage"), DELETE("DeleteMessage"), HIDE("ChangeMessageVisibility"), LOOK("GetQueueAttributes"),
    FIND("GetQueueUrl"), LIST_SOURCES("ListDeadLetterSourceQueues"), PURGE("PurgeQueue"), LIST_TAGS("ListQueueTags"), TAG("TagQueue"),
    UNTAG("UntagQueue"), SET("SetQueueAttributes"), REMOVE("DeleteQueue"), ADD_PERMISSION("AddPermission"), REMOVE_PERMISSION("RemovePermission"),
    START_MOVE("StartMessageMoveTask"), CANCEL_MOVE("CancelMessageMoveTask"), LIST_MOVES("ListMessageMoveTasks");

    private final String operation;

    Action(String operation) {
        this.operation = operation;
    }

    /** Its name in policies. */
    String policyName() {
        return "sqs:" + operation;
    }

    /** Whether others may be allowed to. */
    boolean isGrantable() {
        return compareTo(PURGE) <= 0;
    }

    /** Whether an owner may do it whatever the policy says: else nobody could put a policy right that denies too much. */
    boolean isOwnersAnyway() {
        return this == SET || this == LOOK || this == REMOVE_PERMISSION || this == REMOVE;
    }

    static Optional<Action> of(String operation) {
        return Arrays.stream(values()).filter(action -> action.operation.equals(operation)).findFirst();
    }
}
