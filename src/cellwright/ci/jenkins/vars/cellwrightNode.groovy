/**
 * Runs a block on an agent that has Cellwright, in the name of a person.
 *
 * given.actor: who acts, as Jenkins knows them; it is recorded in the audit trail, with this build beside it.
 * given.label: which agents; the ones that may apply if it is left out.
 *
 * Where the agent is lost, or the controller is started anew and the agent with it, the block is run again on
 * another one. So a block has to be one that may be run twice: each command of Cellwright that is used here is.
 */
def call(Map given, Closure body) {
    String label = given.label ?: (env.CELLWRIGHT_LABEL ?: 'cellwright')
    String actor = given.actor ?: ''
    return retry(count: 3, conditions: [agent(), nonresumable()]) {
        node(label) {
            withEnv(["CELLWRIGHT_ACTOR=${actor}", "CELLWRIGHT_ACTS_FOR=${actor}", "BUILD_USER_ID=${actor}"]) {
                identified(body)
            }
        }
    }
}

/** Lets the build show who it is: with a token that Jenkins signs for this build alone. */
def identified(Closure body) {
    String id = env.CELLWRIGHT_ID_TOKEN_CREDENTIALS ?: ''
    if (!id) {
        return body()
    }
    withCredentials([file(credentialsId: id, variable: 'CELLWRIGHT_ID_TOKEN_FILE')]) {
        return body()
    }
}
