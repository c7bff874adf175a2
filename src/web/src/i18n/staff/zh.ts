/** Staff: people, and the keys of devices and programs. */
export const zh = {
  people: {
    heading: '人员', lead: '您看到的每个人都会收到一条“谁看过我的资料”的记录。只查看工作需要的。',
    find: '查找一个人', by: '按什么查找', byKinds: { phone: '手机号', identityNumber: '身份证号', userName: '用户名' },
    value: '输入完整的内容', valueHint: '输入的号码不会显示在结果里，也不会出现在网址里。', search: '查找', missing: '请先填写。', notFound: '没有找到。请核对，或者此人不在您负责的范围内。',
    list: '名单', place: '地点或楼栋', role: '角色', all: '全部', show: '显示名单', none: '这里还没有符合条件的人。', notShown: '选好后点“显示名单”，名单里的每个人都会留下一条记录。',
    locked: '已锁定', userName: '用户名', since: (date: string) => `${date} 起`, count: (n: string) => `${n} 人`,
    add: '添加工作人员', back: '人员',
  },
  person: {
    heading: '人员资料', recorded: '这次查看已记录，本人可以看到。', contact: '联系资料', phone: '手机号', identityNumber: '身份证号', plates: '车牌', empty: '未填写',
    roles: '角色', noRoles: '没有角色。', take: '收回', takeHeading: (role: string, where: string) => `收回“${role} · ${where}”？`, takeText: '几秒内生效，此人会失去这个角色的权限。', taken: '角色已收回。',
    give: '分配角色', role: '角色', where: '范围', chooseRole: '请选择角色', chooseWhere: '请选择范围', until: '到哪一天为止', untilHint: '留空则一直有效。', given: '角色已分配。', noGive: '您不能分配角色。',
    lock: '锁定账户', lockHeading: '锁定这个账户？', lockText: '立即退出全部登录，解锁前不能再登录。', reason: '原因', reasonHint: '会留在记录里，请勿写个人隐私。', reasonMissing: '请填写原因。', locked: '账户已锁定。',
    unlock: '解除锁定', unlockHeading: '解除锁定？', unlockText: '此人可以重新登录。', unlocked: '已解除锁定。', isLocked: '这个账户已锁定，不能登录。',
    erase: '删除此人的资料', eraseHeading: '永久删除此人的资料？', eraseText: '姓名、联系资料、密码与登录全部删除，不能恢复。地点的工作记录会留下，但不再能认出此人。', erased: '已删除。', toList: '回到名单',
    code: '忘记密码', codeHeading: '给此人发一个一次性密码？', codeText: '请先当面核对身份。一次性密码只显示一次，24 小时内有效；此人用它设好新密码后，其全部登录会退出。由谁发放会记录下来，本人也能看到。', codeIssue: '发放', codeIssued: '已发放一次性密码。',
    me: '这是您自己的账户，请在“我的”里管理。',
  },
  staff: {
    heading: '添加工作人员', lead: '先当面或电话核对身份。添加后会显示一个一次性密码，交给本人；本人用它设好自己的密码后才能使用。', userName: '用户名', displayName: '姓名或称呼',
    submit: '添加', done: (name: string) => `已添加“${name}”。`, missing: '请填写。', openPerson: '打开资料',
  },
  code: {
    once: '一次性密码只在这里显示这一次。离开本页后，任何人都不能再看到它。', slipHeading: (name: string) => `${name}：设置密码`,
    open: '打开网址', enterName: '填写用户名', enterCode: '填写一次性密码', choose: '起一个自己的密码，就可以用了。',
    until: (at: string) => `有效期至 ${at}，只能用一次。`, note: '请只交给本人。设好密码后请销毁这张纸条。', done: '已交给本人，完成',
  },
  keys: {
    devices: {
      heading: '设备密钥', lead: '检票口、售票窗口、食堂收银、计数设备凭密钥上报。密钥只显示一次，丢失就换新的。', none: '这里还没有设备。', issue: '发放设备密钥', name: '设备名称', nameHint: '例如 东门检票机 2 号。',
      revokeHeading: (name: string) => `停用“${name}”？`, issued: (name: string) => `“${name}”的密钥`,
    },
    programs: {
      heading: '程序密钥', lead: '接入的程序凭密钥使用接口。只给它需要的角色和范围。', none: '还没有程序密钥。', issue: '发放程序密钥', name: '程序名称', nameHint: '例如 停车平台同步。',
      revokeHeading: (name: string) => `停用“${name}”？`, issued: (name: string) => `“${name}”的密钥`,
    },
    place: '地点', all: '我负责的全部', role: '角色', where: '用在哪里', chooseRole: '请选择角色', chooseWhere: '请选择地点', nameMissing: '请填写名称。',
    lastUsed: (age: string) => `最近使用 ${age}`, neverUsed: '还没有用过', active: '可用', revoked: '已停用', ends: (at: string) => `旧密钥到 ${at} 为止`, issuedAt: (at: string) => `${at} 发放`,
    rotate: '换新密钥', rotateHeading: (name: string) => `给“${name}”换新密钥？`, rotateText: '新密钥只显示一次。旧密钥在这段时间内还能用，好让您换到设备上。', grace: '旧密钥还能用', graces: { 0: '立即停用', 300: '5 分钟', 900: '15 分钟', 3600: '1 小时' } as Record<number, string>,
    revoke: '停用', revokeText: '2 秒内停用，正在使用的连接会断开。停用后不能恢复，只能重新发放。', reason: '原因', revokedDone: (name: string) => `“${name}”已停用。`, sure: '我确认停用，知道不能恢复',
    slip: { once: '密钥只在这里显示这一次。离开本页后，任何人都不能再看到它。', key: '密钥', device: '名称', role: '角色', where: '范围', issuedAt: '发放时间', print: '打印密钥条', done: '我已保存，完成', qr: '密钥的二维码，可用设备扫描', note: '请妥善保管。谁持有它，谁就能以此设备的名义上报。用后请销毁纸条。', leave: '密钥还没有保存，确定离开吗？' },
  },
}

export type StaffWords = typeof zh
