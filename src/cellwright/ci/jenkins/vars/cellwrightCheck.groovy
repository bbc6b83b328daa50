/**
 * Checks what somebody proposes: its settings, and what it would change. Nothing is applied: the agent may change
 * nothing and knows no secret, because what is proposed decides what Terraform runs there. So this script is the
 * job's own, and never one of the proposal.
 *
 * REF: what to look at, such as pull/7/head; CHANGE: the number of the pull request, for the comment.
 */
def call() {
    String ref = (params.REF ?: '').trim()
    if (!(ref ==~ /[A-Za-z0-9][A-Za-z0-9._\/-]{0,200}/) || ref.contains('..')) {
        error('REF is no name of a branch or of a pull request.')
    }
    Map found = cellwrightNode(label: env.CELLWRIGHT_CHECK_LABEL ?: 'cellwright-check') {
        checkout(
            $class: 'GitSCM',
            branches: [[name: 'proposed']],
            userRemoteConfigs: [[
                url: env.FLEET_REPOSITORY,
                credentialsId: 'fleet-repository',
                refspec: "+refs/${ref.startsWith('pull/') || ref.startsWith('merge-requests/') ? ref : "heads/${ref}"}:refs/remotes/origin/proposed".toString()
            ]]
        )
        int status = sh(label: 'check', returnStatus: true, script: 'cellwright --fleet . check --format markdown > cellwright-check.md')
        String markdown = readFile('cellwright-check.md')
        if (status == 0) {
            status = sh(label: 'plan', returnStatus: true, script: 'cellwright --fleet . plan --format markdown > cellwright-plan.md')
            markdown = markdown + '\n' + readFile('cellwright-plan.md')
        }
        archiveArtifacts(artifacts: 'cellwright-*.md')
        return [status: status, markdown: markdown]
    }
    cellwrightComment((params.CHANGE ?: '').trim(), found.markdown)
    if (found.status != 0) {
        error('The proposal has findings, or it can not be planned: see the comment, or cellwright-check.md.')
    }
}
