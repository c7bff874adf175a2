/** Who did what: the search, and each event as a sentence. */
type Event = Record<string, unknown>
const text = (value: unknown) => (value === undefined || value === null ? '' : String(value))
const zone = (event: Event) => (event.zone ? `（${text(event.zone)}）` : '')
const because = (event: Event) => (event.reason ? `，原因：${text(event.reason)}` : '')

/** What a sentence needs words for beside its own. */
export interface Speaker {
  role: (grant: unknown) => string
  scope: (scope: unknown) => string
  subject: (subject: unknown) => string
  moment: (instant: unknown) => string
}

export const zh = {
  heading: '审计', lead: '谁在何时、在哪里做了什么。只能查看，不能修改。',
  place: '地点', placeAll: '所有可查的地点', placeHint: '可直接输入路径，例如 accounts/… 或 parking-lots/…', who: '谁', whoHint: '账户、设备或程序的编号，例如 accounts/0198…', forWhom: '代谁', at: '终端', type: '事件种类', typeAll: '全部种类',
  from: '从', to: '到', search: '查询', more: '更多条件', reset: '清除条件', loading: '正在查询…',
  none: '没有符合条件的记录。', noneYet: '到这里还没有符合条件的记录。', notYet: '选择条件后点“查询”。选了地点，从最近的记录看起；不选，则逐个地点查，每个地点最近的在前。',
  earlier: '更早', goOn: '继续查', searchedTo: (at: string) => `已查到 ${at}`, searchedPlace: (place: string) => `已查到 ${place} 之前的地点`, searchedAll: '已全部查完，直到最早的记录。', csv: '下载表格 (CSV)', shown: (n: string) => `显示 ${n} 条`, raw: '原始记录', version: '版本',
  by: (who: string, on: string | undefined, at: string | undefined, sentence: string) => `${who}${on ? ` 代 ${on}` : ''}${at ? ` 在终端 ${at} ` : ' '}${sentence}`,
  nobody: '系统', resident: '居民', decisionsOnly: '只看人的操作，不看闸机和传感器的上报', bootstrap: '初始管理密钥', subjectKinds: { accounts: '账户', devices: '设备', programs: '程序' } as Record<string, string>,
  columns: ['时间', '地点', '谁', '代谁', '终端', '种类', '说明', '版本', '命令编号', '原始记录'],
  types: {
    placeDefined: '地点设立或修改', readingRecorded: '上报计数', movementRecorded: '上报进出', countCorrected: '校正人数', capacityChangeScheduled: '预定容量调整', capacityChanged: '容量调整',
    rulesChangeScheduled: '预定规则调整', rulesChanged: '规则调整', operationSet: '开放或关闭', stateRefreshed: '状态变化', refusalsNoted: '拒绝的上报', communityDefined: '社区设立或修改',
    accountOpened: '开设账户', roleGranted: '分配角色', roleRevoked: '收回角色', accountLocked: '锁定账户', accountUnlocked: '解除锁定', credentialChanged: '登录方式变化', sessionsEnded: '退出全部登录',
    contactChanged: '修改联系资料', delegateConsented: '同意代办', delegateRevoked: '收回代办', accountErased: '删除账户', auditSearched: '查阅审计', deviceIssued: '发放密钥', keyRotated: '换新密钥', deviceRevoked: '停用密钥',
  } as Record<string, string>,
  sentence: {
    placeDefined: (_e, place) => `设立或修改了 ${place} 的资料`,
    readingRecorded: (e, place) => `上报 ${place}${zone(e)} 的计数为 ${text(e.occupied ?? e.free)}`,
    movementRecorded: (e, place) => `上报 ${place}${zone(e)} ${e.direction === 'out' ? '出' : '进'} ${text(e.count)}`,
    countCorrected: (e, place) => `将 ${place}${zone(e)} 的计数改为 ${text(e.occupied)}${because(e)}`,
    capacityChangeScheduled: (e, place, s) => `预定 ${place}${zone(e)} 的容量自 ${s.moment(e.effectiveAt)} 起改为 ${text(e.capacity) || '未知'}`,
    capacityChanged: (e, place) => `将 ${place}${zone(e)} 的容量改为 ${text(e.capacity) || '未知'}`,
    rulesChangeScheduled: (e, place, s) => `预定 ${place} 的等级标准自 ${s.moment(e.effectiveAt)} 起调整`,
    rulesChanged: (_e, place) => `调整了 ${place} 的等级标准`,
    operationSet: (e, place) => `${e.operation === 'open' ? `临时开放了 ${place}` : e.operation === 'closed' ? `临时关闭了 ${place}` : `让 ${place} 恢复按时间表开放`}${because(e)}`,
    stateRefreshed: (e, place) => `${place} 变为${({ open: '开放', closed: '关闭', stale: '数据过时', unknown: '尚无数据' } as Record<string, string>)[text(e.state)] ?? text(e.state)}`,
    refusalsNoted: (e, place) => `拒绝了设备 ${text(e.deviceId)} 对 ${place} 的 ${text(e.count)} 次上报（${text(e.code)}）`,
    communityDefined: (_e, place) => `设立或修改了 ${place} 的资料`,
    accountOpened: (_e, place) => `开设了${place}`,
    roleGranted: (e, place, s) => `给${place}分配了角色 ${s.role(e.grant)}`,
    roleRevoked: (e, place, s) => `收回了${place}的角色 ${s.role(e)}`,
    accountLocked: (e, place) => `锁定了${place}${because(e)}`,
    accountUnlocked: (_e, place) => `解除了${place}的锁定`,
    credentialChanged: (e, place) => `${({ passwordSet: '设置了密码', passkeyAdded: '添加了通行密钥', passkeyRemoved: '移除了通行密钥', loginBound: '绑定了外部登录', codeIssued: '发放了一次性密码', passwordReplaced: '用一次性密码设置了新密码' } as Record<string, string>)[text(e.what)] ?? text(e.what)}（${place}）`,
    sessionsEnded: (_e, place) => `退出了${place}的全部登录`,
    contactChanged: (_e, place) => `修改了${place}的联系资料`,
    auditSearched: (e) => `查阅了审计记录${e.conditions ? `（${text(e.conditions)}）` : ''}`,
    delegateConsented: (e, place, s) => `${place}同意由${s.subject(e.delegate)}代办，至 ${s.moment(e.until)}`,
    delegateRevoked: (e, place, s) => `${place}收回了${s.subject(e.delegate)}的代办`,
    accountErased: (e, place) => `删除了${place}的全部资料${because(e)}`,
    deviceIssued: (e, place, s) => `发放了${place}“${text(e.name)}”的密钥：${s.role(e.grant)}`,
    keyRotated: (_e, place) => `给${place}换了新密钥`,
    deviceRevoked: (e, place) => `停用了${place}${because(e)}`,
  } as Record<string, (event: Event, place: string, speaker: Speaker) => string>,
  otherSentence: (type: string, place: string) => `${place}：${type}`,
}

export type AuditWords = typeof zh
